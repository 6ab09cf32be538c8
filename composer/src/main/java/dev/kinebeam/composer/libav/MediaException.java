package dev.kinebeam.composer.libav;

import java.io.IOException;

/**
 * A media file that cannot be used, or a codec that refused its work. The message is for people: it
 * says what is wrong with the file, without its path (whoever knows the file's role adds its name).
 */
public final class MediaException extends IOException {
  private static final long serialVersionUID = 1L;

  public MediaException(String message) {
    super(message);
  }
}
