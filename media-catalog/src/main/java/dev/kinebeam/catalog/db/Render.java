package dev.kinebeam.catalog.db;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.Picks;
import dev.kinebeam.schemas.render.RenderKey;
import dev.kinebeam.schemas.render.Segment;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A row of the render cache.
 *
 * @param outcome there when the status is ready
 * @param error there when the status is failed
 * @param work what composers have done for it
 */
public record Render(
    UUID renderId,
    RenderKey key,
    Status status,
    Optional<Outcome> outcome,
    Optional<String> error,
    Instant queuedAt,
    Optional<Instant> finishedAt,
    Work work) {
  /** Of the plan that made it, when it was composed for an order. */
  public Optional<UUID> planId() {
    return work.planId();
  }

  /**
   * What composers have done for a render since it was ordered.
   *
   * @param planId of the plan that made it, when it was composed for an order
   * @param attempts how often a composer began it
   * @param startedAt when one began it last
   * @param progress there while the status is rendering
   * @param retryable of a failed render: the same order may succeed later
   * @param cancelled its bulk was cancelled before a composer began it
   */
  public record Work(
      Optional<UUID> planId,
      RenderLane lane,
      int attempts,
      Optional<Instant> startedAt,
      Optional<Progress> progress,
      boolean retryable,
      boolean cancelled) {}

  /**
   * What a composer does now.
   *
   * @param percent of the whole render, from 0 to 100
   */
  public record Progress(RenderStep step, int percent) {}

  /** How far a render is. */
  public enum Status {
    QUEUED,
    RENDERING,
    READY,
    FAILED;

    /** As tables and answers hold it. */
    @JsonValue
    public String word() {
      return Words.write(this);
    }
  }

  /**
   * What making a render took.
   *
   * @param bytes of its file
   * @param composeSeconds on a wall clock
   * @param publishSeconds on a wall clock: the upload, and until it could be played
   */
  public record Spent(long bytes, double composeSeconds, double publishSeconds) {}

  /**
   * What a ready render is.
   *
   * @param host which video host holds it, and {@code hostVideoId} under which id; playback
   *     addresses are made from the two when they are needed
   * @param frames empty for a video that was not composed here, as are picks and segments
   */
  public record Outcome(
      String host,
      String hostVideoId,
      double durationSeconds,
      Optional<Long> frames,
      Optional<Picks> picks,
      List<Segment> segments) {
    public Outcome {
      segments = List.copyOf(segments);
    }
  }
}
