package dev.kinebeam.schemas.render;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How an order ended: the value of a record of {@code render-results}, as JSON of {@code
 * Json.MAPPER}. It holds what the composer answers, and the segment map.
 *
 * @param status ready or failed
 * @param host which video host holds it; null when failed
 * @param hostVideoId the id to keep; null when failed
 * @param playbackHlsUrl where players fetch it; null when failed, or when it is at another host
 * @param playbackExpiresAt until when that address works; null when it does not expire
 * @param durationSeconds null when failed
 * @param error what went wrong, naming the file or slot; null when ready
 */
public record RenderResult(
    UUID renderId,
    String status,
    String exercise,
    String recipeHash,
    String language,
    int assetVersion,
    @Nullable String host,
    @Nullable String hostVideoId,
    @Nullable String playbackHlsUrl,
    @Nullable String playbackExpiresAt,
    @Nullable Double durationSeconds,
    @Nullable Long frames,
    @Nullable Picks picks,
    List<Segment> segments,
    RenderTimings timings,
    @Nullable String error) {
  /** The value of {@link #status} of a playable render. */
  public static final String READY = "ready";

  /** The value of {@link #status} of an order that could not be served. */
  public static final String FAILED = "failed";

  /**
   * Seconds spent on a wall clock; zero for work that was found done.
   *
   * @param normaliseSeconds added up over the primitives that this order was the first to need;
   *     they are made side by side, so it can be more than what passed
   */
  public record RenderTimings(
      double normaliseSeconds, double composeSeconds, double publishSeconds) {}
}
