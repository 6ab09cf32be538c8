package dev.kinebeam.catalog.personal;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;

/** Where a personal video stands. */
public enum PersonalVideoStatus {
  /** Entered; no address to upload to was given out yet. */
  CREATED,
  /** May be uploaded. */
  UPLOAD_URL_CREATED,
  /** Its upload is complete; the worker copies it to the host and waits for it. */
  PROCESSING_QUEUED,
  /** The one that plays for its patient and exercise. */
  COMPLETED,
  /** Ended, with a reason; a further upload-complete queues it while its original is there. */
  FAILED,
  /**
   * A newer one took its place. If that was by a merge of two exercises, and the merge is taken
   * back, the database makes it {@link #COMPLETED} again while its files are there.
   */
  INACTIVE;

  /** Whether a video of this status may get that one. */
  public boolean mayBecome(PersonalVideoStatus next) {
    return switch (this) {
      case CREATED -> next == UPLOAD_URL_CREATED || next == FAILED;
      case UPLOAD_URL_CREATED -> next == PROCESSING_QUEUED || next == FAILED;
      case PROCESSING_QUEUED -> next == COMPLETED || next == FAILED;
      case COMPLETED -> next == INACTIVE;
      case FAILED -> next == PROCESSING_QUEUED;
      case INACTIVE -> false;
    };
  }

  /** Whether no program will change it any more by itself. */
  public boolean isFinal() {
    return this == COMPLETED || this == FAILED || this == INACTIVE;
  }

  /** The names of those that may become this one, as a statement's guard binds them. */
  String[] guards() {
    Set<PersonalVideoStatus> before = EnumSet.noneOf(PersonalVideoStatus.class);
    Arrays.stream(values()).filter(status -> status.mayBecome(this)).forEach(before::add);
    return before.stream().map(Enum::name).toArray(String[]::new);
  }
}
