package dev.kinebeam.schemas.render;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.schemas.Words;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How an order ended: the value of a record of {@code render-results}, as JSON of {@code
 * Json.MAPPER}. It holds what the composer answers, and the segment map.
 *
 * @param picks null when failed, as are segments and timings
 * @param error what went wrong, naming the file or slot; null when ready
 */
public record RenderResult(
    UUID renderId,
    Status status,
    @JsonUnwrapped RenderKey key,
    @JsonUnwrapped Video video,
    @Nullable Picks picks,
    @Nullable List<Segment> segments,
    @Nullable RenderTimings timings,
    @Nullable String error) {

  /** Whether the order was served. */
  public enum Status {
    /** The video is playable. */
    READY,
    /** The order could not be served. */
    FAILED;

    /** As the record holds it. */
    @JsonValue
    public String word() {
      return Words.write(this);
    }
  }

  /**
   * The video; every part is null when the order failed.
   *
   * @param host which video host holds it
   * @param hostVideoId the id to keep
   * @param playbackHlsUrl where players fetch it; null also when it is at another host
   * @param playbackExpiresAt until when that address works; null also when it does not expire
   */
  public record Video(
      @Nullable String host,
      @Nullable String hostVideoId,
      @Nullable String playbackHlsUrl,
      @Nullable String playbackExpiresAt,
      @Nullable Double durationSeconds,
      @Nullable Long frames) {
    /** There is none. */
    public static final Video NONE = new Video(null, null, null, null, null, null);
  }

  /**
   * Seconds spent on a wall clock; zero for work that was found done.
   *
   * @param normaliseSeconds added up over the primitives that this order was the first to need;
   *     they are made side by side, so it can be more than what passed
   */
  public record RenderTimings(
      double normaliseSeconds, double composeSeconds, double publishSeconds) {}
}
