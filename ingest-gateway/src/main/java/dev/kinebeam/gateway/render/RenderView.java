package dev.kinebeam.gateway.render;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.schemas.render.Picks;
import dev.kinebeam.schemas.render.Segment;
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
    @Nullable String error,
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

  static RenderView of(Render render, PlaybackAddress playback) {
    return new RenderView(
        render.renderId(),
        render.status(),
        new Subject(render.key().exercise(), render.key().language(), render.key().assetVersion()),
        render.outcome().map(outcome -> Video.of(outcome, playback)).orElse(Video.NONE),
        render.error().orElse(null),
        Rfc3339.text(render.queuedAt()),
        render.finishedAt().map(Rfc3339::text).orElse(null));
  }
}
