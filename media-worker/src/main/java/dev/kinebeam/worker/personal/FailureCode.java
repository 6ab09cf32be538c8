package dev.kinebeam.worker.personal;

import java.util.Locale;

/** Why processing a personal video failed, as rows have it: the name in lower case. */
public enum FailureCode {
  /** It lasts longer than a personal video may. */
  DURATION_EXCEEDED,
  /** The object under its key is another one than the upload that was completed. */
  ORIGINAL_CHANGED,
  /** There is no object under its key. */
  ORIGINAL_MISSING,
  /** The host does not take it, or cannot make it playable. */
  HOST_REFUSED,
  /** The host has not made it playable in the time of all attempts. */
  HOST_SLOW,
  /** The host did not answer in the last attempt. */
  HOST_UNAVAILABLE,
  /** The host lost the video, or failed for a reason of its own, in the last attempt. */
  HOST_FAILED,
  /** The bucket of the originals did not answer in the last attempt, or refuses to. */
  STORE_UNAVAILABLE,
  /** An error of the worker's own in the last attempt. */
  WORKER_ERROR,
  /** It was processed for longer than any video may be. */
  PROCESSING_STUCK;

  /** As rows have it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
