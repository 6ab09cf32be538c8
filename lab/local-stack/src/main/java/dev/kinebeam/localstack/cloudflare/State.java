package dev.kinebeam.localstack.cloudflare;

import java.util.Locale;

/** {@code status.state} in the API. */
enum State {
  PENDINGUPLOAD,
  DOWNLOADING,
  QUEUED,
  INPROGRESS,
  READY,
  ERROR;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The file has arrived, and it is not decided yet whether it can be played. */
  boolean isUnderWay() {
    return this == QUEUED || this == INPROGRESS;
  }
}
