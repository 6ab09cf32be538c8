package dev.kinebeam.videohost;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.Composition;
import java.util.UUID;

/**
 * What the host keeps of a video, an object of the bucket; as long as it is there, the mezzanines
 * that its composition names are.
 *
 * @param upload key of the file that it is made of; null for a composition that was published
 * @param percent of the transcoding done
 * @param failure why it failed; null otherwise
 * @param composition what is played; null while a file is being transcoded
 */
record StoredVideo(
    UUID id,
    String collection,
    String title,
    Status status,
    String upload,
    int percent,
    String failure,
    Composition composition) {
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

  static StoredVideo composed(UUID id, String collection, String title, Composition composition) {
    return new StoredVideo(id, collection, title, Status.READY, null, 100, null, composition);
  }

  static StoredVideo uploaded(UUID id, String collection, String title, String key) {
    return new StoredVideo(id, collection, title, Status.PROCESSING, key, 0, null, null);
  }

  StoredVideo ready(Composition made) {
    return new StoredVideo(id, collection, title, Status.READY, upload, 100, null, made);
  }

  StoredVideo failed(String reason) {
    return new StoredVideo(
        id, collection, title, Status.FAILED, upload, percent, reason, composition);
  }
}
