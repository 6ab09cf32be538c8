package dev.kinebeam.coreapi.personal;

import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import dev.kinebeam.catalog.personal.PersonalVideo;
import dev.kinebeam.catalog.personal.PersonalVideoStatus;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.objectstore.TypedObject;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.web.http.Problem;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bucket that recordings are uploaded to.
 *
 * @param store its content is never held here: browsers put it there by signed addresses
 */
record Originals(ObjectStore store, Clock clock) {
  private static final Logger LOG = LoggerFactory.getLogger(Originals.class);
  private static final Duration VALID = Duration.ofHours(1);
  private static final long MOST_BYTES = 500L * 1024 * 1024;
  private static final int RETRY_SECONDS = 5;
  private static final int UNPROCESSABLE = 422;

  /**
   * Where a recording is uploaded to.
   *
   * @param headers what the upload has to send, and nothing else
   */
  @JsonNaming(PropertyNamingStrategies.LowerCamelCaseStrategy.class)
  record UploadAddress(
      long id,
      PersonalVideoStatus status,
      String uploadUrl,
      String method,
      Map<String, String> headers,
      String expiresAt) {}

  /** The key of a video's original, which it keeps. */
  String key(PersonalVideo video) {
    String ending = video.contentType().equals("video/webm") ? "webm" : "mp4";
    return "personal-video/%d/%d.%s".formatted(video.id(), clock.millis(), ending);
  }

  /** A signed address of a video that has its key. */
  UploadAddress address(PersonalVideo video) {
    String key = video.original().orElseThrow().storageKey();
    return new UploadAddress(
        video.id(),
        video.status(),
        store.presignPut(key, video.contentType(), VALID).toString(),
        "PUT",
        Map.of("Content-Type", video.contentType()),
        Rfc3339.text(clock.instant().truncatedTo(ChronoUnit.SECONDS).plus(VALID)));
  }

  /**
   * The version that was uploaded.
   *
   * @throws Problem 409 when nothing was, 422 when it cannot be taken, 503 when the store does not
   *     answer
   */
  PersonalVideo.Pinned uploaded(PersonalVideo video) throws Problem {
    String key = video.original().orElseThrow().storageKey();
    TypedObject found;
    try {
      found = store.headTyped(key).orElseThrow(() -> notUploaded(video));
    } catch (ObjectStoreException e) {
      LOG.warn("the original of the personal video {} cannot be looked at", video.id(), e);
      throw Problem.unavailable("The object store does not answer now.", RETRY_SECONDS);
    }
    check(found, video.contentType());
    return new PersonalVideo.Pinned(found.object().etag(), found.object().bytes());
  }

  private static Problem notUploaded(PersonalVideo video) {
    return video.status() == PersonalVideoStatus.FAILED
        ? removed()
        : refused(
            409,
            "not_uploaded",
            "status is %s, and nothing was uploaded; PUT the recording to its uploadUrl first"
                .formatted(video.status()));
  }

  /** What to answer for a failed video whose recording is deleted: it gets no further address. */
  static Problem removed() {
    return refused(
        409,
        "not_uploaded",
        "status is FAILED, and what was uploaded is not there any more; begin a new video");
  }

  private static void check(TypedObject found, String contentType) throws Problem {
    long bytes = found.object().bytes();
    if (bytes <= 0) {
      throw refused(UNPROCESSABLE, "empty", "the upload has 0 bytes; upload the recording again");
    }
    if (bytes > MOST_BYTES) {
      throw refused(
          UNPROCESSABLE,
          "too_large",
          "the upload has %d bytes; at most %d are taken".formatted(bytes, MOST_BYTES));
    }
    if (!found.contentType().toLowerCase(Locale.ROOT).equals(contentType)) {
      throw refused(
          UNPROCESSABLE,
          "wrong_type",
          "the upload is %s; it must be %s, as the address was signed for"
              .formatted(found.contentType(), contentType));
    }
  }

  private static Problem refused(int status, String code, String message) {
    return Problem.invalid(
        status,
        "This upload cannot be processed.",
        List.of(new FieldError("upload", code, message)));
  }
}
