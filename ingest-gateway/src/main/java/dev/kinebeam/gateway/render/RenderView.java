package dev.kinebeam.gateway.render;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderLane;
import dev.kinebeam.catalog.db.RenderQueue;
import dev.kinebeam.catalog.db.RenderStep;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.schemas.render.Picks;
import dev.kinebeam.schemas.render.Segment;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A render as callers see it: the composer's answer ({@code bunny_video_id}, {@code
 * playback_hls_url}, {@code duration_seconds}, {@code picks}), its segment map, and how far it is.
 * What a render does not have yet is left out.
 */
record RenderView(
    UUID renderId,
    Render.Status status,
    @JsonUnwrapped Subject subject,
    @JsonUnwrapped Video video,
    @JsonUnwrapped Progress progress,
    @JsonUnwrapped Trouble trouble,
    String queuedAt,
    @Nullable String finishedAt) {

  /** What is rendered. */
  record Subject(String exercise, String language, int assetVersion) {}

  /** The video; every part is null until the render is ready. */
  record Video(
      @Nullable String bunnyVideoId,
      @Nullable String playbackHlsUrl,
      @Nullable Double durationSeconds,
      @Nullable Long frames,
      @Nullable Picks picks,
      @Nullable List<Segment> segments) {
    private static final Video NONE = new Video(null, null, null, null, null, null);

    private static Video of(Render.Outcome outcome, PlaybackAddress playback) {
      return new Video(
          outcome.hostVideoId(),
          playback.of(outcome.host(), outcome.hostVideoId()).toString(),
          outcome.durationSeconds(),
          outcome.frames().orElse(null),
          outcome.picks().orElse(null),
          outcome.segments());
    }
  }

  /** How far it is; all parts but the lane are null once it has ended. */
  record Progress(
      RenderLane lane,
      @Nullable RenderStep step,
      @Nullable Integer percent,
      @Nullable Integer ordersAhead,
      @Nullable Double etaSeconds) {}

  /** Why it failed, or why the last attempt at it did while it waits for the next. */
  record Trouble(@Nullable String error, @Nullable Boolean retryable, @Nullable Integer attempts) {}

  /** This view with the render's place in the queue. */
  RenderView at(Render render, RenderQueue.Place place, Instant now) {
    boolean begun = render.status() == Render.Status.RENDERING;
    Duration elapsed =
        render.work().startedAt().map(start -> Duration.between(start, now)).orElse(Duration.ZERO);
    Progress known =
        new Progress(
            progress.lane(),
            progress.step(),
            progress.percent(),
            begun ? null : place.ahead(),
            place.remaining(begun, elapsed).map(left -> left.toMillis() / 1000.0).orElse(null));
    return new RenderView(renderId, status, subject, video, known, trouble, queuedAt, finishedAt);
  }

  static RenderView of(Render render, PlaybackAddress playback) {
    return new RenderView(
        render.renderId(),
        render.status(),
        new Subject(render.key().exercise(), render.key().language(), render.key().assetVersion()),
        render.outcome().map(outcome -> Video.of(outcome, playback)).orElse(Video.NONE),
        new Progress(
            render.work().lane(),
            render.work().progress().map(Render.Progress::step).orElse(null),
            render.work().progress().map(Render.Progress::percent).orElse(null),
            null,
            null),
        trouble(render),
        Rfc3339.text(render.queuedAt()),
        render.finishedAt().map(Rfc3339::text).orElse(null));
  }

  private static Trouble trouble(Render render) {
    return new Trouble(
        render.error().orElse(null),
        render.status() == Render.Status.FAILED ? render.work().retryable() : null,
        render.work().attempts() > 1 ? render.work().attempts() : null);
  }
}
