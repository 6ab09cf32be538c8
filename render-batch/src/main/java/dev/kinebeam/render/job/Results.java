package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.render.job.RenderOutcome.AlreadyRendered;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.RenderKey;
import dev.kinebeam.schemas.render.RenderResult;
import dev.kinebeam.schemas.render.RenderResult.RenderTimings;

/** Builds what is told of ready renders. */
final class Results {
  private static final RenderTimings NOTHING_SPENT = new RenderTimings(0, 0, 0);

  private Results() {}

  static AlreadyRendered already(ComposeOrder order, Render ready) {
    Render.Outcome outcome =
        ready.outcome().orElseThrow(() -> new IllegalArgumentException("not ready: " + ready));
    return new AlreadyRendered(order, ready(order, outcome, NOTHING_SPENT));
  }

  static RenderResult ready(ComposeOrder order, Render.Outcome outcome, RenderTimings timings) {
    RenderKey key = order.key();
    return new RenderResult(
        key.renderId(),
        RenderResult.READY,
        key.exercise(),
        key.recipeHash(),
        key.language(),
        key.assetVersion(),
        outcome.host(),
        outcome.hostVideoId(),
        outcome.durationSeconds(),
        outcome.frames().orElse(null),
        outcome.picks().orElse(null),
        outcome.segments(),
        timings,
        null);
  }
}
