package dev.kinebeam.videohost;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.Composition;
import java.util.Optional;
import java.util.UUID;

/**
 * What the host keeps of a video, an object of the bucket; as long as it is there, the mezzanines
 * that its composition names are.
 *
 * @param upload key of the file that it is made of; null for a composition that was published
 * @param attempt the latest at transcoding the file; null before the first
 * @param failure why it failed, or why the latest attempt did; null otherwise
 * @param composition what is played; null while a file is being transcoded
 */
record StoredVideo(
    UUID id,
    String collection,
    String title,
    Status status,
    String upload,
    Attempt attempt,
    String failure,
    Composition composition) {
  /** As often is a file begun with, whatever ends an attempt: it may be the process. */
  static final int MOST_ATTEMPTS = 5;

  /** How far it is. */
  enum Status {
    PROCESSING,
    READY,
    FAILED;

    @JsonValue
    String word() {
      return Words.write(this);
    }
  }

  /**
   * A file was begun with.
   *
   * @param number the first is 1
   * @param id of this attempt alone: a record with another one is of another attempt, or of a video
   *     that was deleted and published again
   */
  record Attempt(int number, UUID id) {}

  StoredVideo {
    if (id == null || collection == null || title == null || status == null) {
      throw new IllegalArgumentException("a record needs id, collection, title and status");
    }
    if (status == Status.READY
        && (composition == null
            || composition.rungs().isEmpty()
            || composition.takes().isEmpty())) {
      throw new IllegalArgumentException("a record of a ready video needs a composition");
    }
  }

  static StoredVideo composed(UUID id, String collection, String title, Composition composition) {
    return new StoredVideo(id, collection, title, Status.READY, null, null, null, composition);
  }

  static StoredVideo uploaded(UUID id, String collection, String title, String key) {
    return new StoredVideo(id, collection, title, Status.PROCESSING, key, null, null, null);
  }

  /** With one more attempt; empty when there were enough. */
  Optional<StoredVideo> begun(UUID attemptId) {
    int before = attempt == null ? 0 : attempt.number();
    return before >= MOST_ATTEMPTS
        ? Optional.empty()
        : Optional.of(with(status, new Attempt(before + 1, attemptId), failure, composition));
  }

  /** After an attempt that another one may repair. */
  StoredVideo failedOnce(String reason) {
    return attempt != null && attempt.number() >= MOST_ATTEMPTS
        ? failed(reason).givenUp()
        : with(status, attempt, reason, composition);
  }

  /** After as many attempts as there may be. */
  StoredVideo givenUp() {
    String last = failure == null ? "the host ended meanwhile" : failure;
    return failed("it failed " + MOST_ATTEMPTS + " times, the last time because " + last);
  }

  StoredVideo ready(Composition made) {
    return with(Status.READY, attempt, null, made);
  }

  StoredVideo failed(String reason) {
    return with(Status.FAILED, attempt, reason, composition);
  }

  private StoredVideo with(Status now, Attempt latest, String reason, Composition made) {
    return new StoredVideo(id, collection, title, now, upload, latest, reason, made);
  }
}
