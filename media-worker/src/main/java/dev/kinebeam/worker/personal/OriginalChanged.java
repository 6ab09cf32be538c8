package dev.kinebeam.worker.personal;

import java.io.IOException;

/** The object under a video's key is another one than the upload that was completed. */
final class OriginalChanged extends IOException {
  OriginalChanged(String key) {
    super("the object " + key + " was replaced after its upload was completed; record it again");
  }
}
