package dev.kinebeam.render.job;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.host.Playback;
import dev.kinebeam.render.job.RenderOutcome.AlreadyRendered;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.RenderKey;
import dev.kinebeam.schemas.render.RenderResult;
import dev.kinebeam.schemas.render.RenderResult.RenderTimings;
import java.time.Instant;
import java.util.Optional;

/** Builds the results of ready renders. */
final class Results {
  private static final RenderTimings NOTHING_SPENT = new RenderTimings(0, 0, 0);

  private final RenderTools tools;

  Results(RenderTools tools) {
    this.tools = tools;
  }

  AlreadyRendered already(ComposeOrder order, Render ready) {
    Render.Outcome outcome =
        ready.outcome().orElseThrow(() -> new IllegalArgumentException("not ready: " + ready));
    return new AlreadyRendered(order, ready(order, outcome, NOTHING_SPENT));
  }

  RenderResult ready(ComposeOrder order, Render.Outcome outcome, RenderTimings timings) {
    RenderKey key = order.key();
    // Only the host that holds the video can say where it is played.
    Optional<Playback> playback =
        outcome.host().equals(tools.publisher().hostName())
            ? Optional.of(tools.publisher().host().playback(outcome.hostVideoId()))
            : Optional.empty();
    return new RenderResult(
        key.renderId(),
        RenderResult.Status.READY,
        key,
        new RenderResult.Video(
            outcome.host(),
            outcome.hostVideoId(),
            playback.map(address -> address.hls().toString()).orElse(null),
            playback.flatMap(Playback::expires).map(Instant::toString).orElse(null),
            outcome.durationSeconds(),
            outcome.frames().orElse(null)),
        outcome.picks().orElse(null),
        outcome.segments(),
        timings,
        null);
  }
}
