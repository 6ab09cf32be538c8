package dev.kinebeam.coreapi.renders;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderLane;
import dev.kinebeam.catalog.db.RenderStep;
import dev.kinebeam.schemas.Rfc3339;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A render as the console shows it; what it does not have is left out. */
record RenderRow(
    UUID renderId,
    Render.Status status,
    String exercise,
    String language,
    int assetVersion,
    String recipeHash,
    RenderLane lane,
    int attempts,
    @Nullable RenderStep step,
    @Nullable Integer percent,
    @Nullable String host,
    @Nullable String hostVideoId,
    @Nullable Double durationSeconds,
    @Nullable String error,
    @Nullable Boolean retryable,
    String queuedAt,
    @Nullable String finishedAt) {
  static RenderRow of(Render render) {
    return new RenderRow(
        render.renderId(),
        render.status(),
        render.key().exercise(),
        render.key().language(),
        render.key().assetVersion(),
        render.key().recipeHash(),
        render.work().lane(),
        render.work().attempts(),
        render.work().progress().map(Render.Progress::step).orElse(null),
        render.work().progress().map(Render.Progress::percent).orElse(null),
        render.outcome().map(Render.Outcome::host).orElse(null),
        render.outcome().map(Render.Outcome::hostVideoId).orElse(null),
        render.outcome().map(Render.Outcome::durationSeconds).orElse(null),
        render.error().orElse(null),
        render.status() == Render.Status.FAILED ? render.work().retryable() : null,
        Rfc3339.text(render.queuedAt()),
        render.finishedAt().map(Rfc3339::text).orElse(null));
  }
}
