package dev.kinebeam.gateway.render;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.schemas.render.Picks;
import dev.kinebeam.schemas.render.Segment;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A render as callers see it: the composer's answer ({@code bunny_video_id}, {@code
 * playback_hls_url}, {@code duration_seconds}, {@code picks}), its segment map, and how far it is.
 * What a render does not have yet is left out.
 */
record RenderView(
    UUID renderId,
    String status,
    String exercise,
    String language,
    int assetVersion,
    String bunnyVideoId,
    String playbackHlsUrl,
    Double durationSeconds,
    Long frames,
    Picks picks,
    List<Segment> segments,
    String error,
    String queuedAt,
    String finishedAt) {

  static RenderView of(Render render, PlaybackAddress playback) {
    Optional<Render.Outcome> outcome = render.outcome();
    return new RenderView(
        render.renderId(),
        render.status().name().toLowerCase(Locale.ROOT),
        render.key().exercise(),
        render.key().language(),
        render.key().assetVersion(),
        outcome.map(Render.Outcome::hostVideoId).orElse(null),
        outcome.map(o -> playback.of(o.hostVideoId()).toString()).orElse(null),
        outcome.map(Render.Outcome::durationSeconds).orElse(null),
        outcome.flatMap(Render.Outcome::frames).orElse(null),
        outcome.flatMap(Render.Outcome::picks).orElse(null),
        outcome.map(Render.Outcome::segments).orElse(null),
        render.error().orElse(null),
        Rfc3339.text(render.queuedAt()),
        render.finishedAt().map(Rfc3339::text).orElse(null));
  }
}
