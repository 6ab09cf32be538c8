package dev.kinebeam.worker.personal;

import java.io.IOException;

/** There is no object under a video's key. */
final class OriginalMissing extends IOException {
  OriginalMissing(String key) {
    super("there is no object " + key + " any more; record it again");
  }
}
