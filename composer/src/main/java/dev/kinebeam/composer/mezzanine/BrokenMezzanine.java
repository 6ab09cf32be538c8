package dev.kinebeam.composer.mezzanine;

import java.io.IOException;

/** A file of ours that is not what we write; it must be made again. */
final class BrokenMezzanine extends IOException {
  private static final long serialVersionUID = 1L;

  BrokenMezzanine(String message) {
    super(message);
  }
}
