package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.clinic.VideoHealth.Change;
import dev.kinebeam.coreapi.clinic.VideoHealth.Figures;
import dev.kinebeam.coreapi.clinic.VideoHealth.Percentiles;
import dev.kinebeam.coreapi.clinic.VideoHealth.Share;
import dev.kinebeam.coreapi.clinic.VideoHealth.Trouble;
import java.util.LinkedHashMap;
import java.util.Map;

/** What changed from one window's figures to another's. */
final class Changes {
  private Changes() {}

  static Map<String, Change> between(Figures now, Figures before) {
    Map<String, Change> changes = new LinkedHashMap<>();
    changes.put(
        "sessions",
        Change.of(
            (double) now.sessions(),
            now.sessions(),
            (double) before.sessions(),
            before.sessions()));
    changes.put("start_up_p75_ms", p75(now.startUpMs(), before.startUpMs()));
    changes.put("start_up_avg_ms", average(now.startUpMs(), before.startUpMs()));
    changes.put("ttfb_p75_ms", p75(now.ttfbMs(), before.ttfbMs()));
    changes.put("ttfb_avg_ms", average(now.ttfbMs(), before.ttfbMs()));
    changes.put(
        "rebuffer_ratio",
        Change.of(
            now.rebuffering().ratio(),
            now.rebuffering().n(),
            before.rebuffering().ratio(),
            before.rebuffering().n()));
    changes.put("completion", share(now.completion(), before.completion()));
    changes.put(
        "start_failures", share(now.failures().startFailures(), before.failures().startFailures()));
    changes.put(
        "exits_before_start",
        share(now.failures().exitsBeforeStart(), before.failures().exitsBeforeStart()));
    changes.put(
        "playback_failures",
        share(now.failures().playbackFailures(), before.failures().playbackFailures()));
    Trouble trouble = now.trouble();
    Trouble was = before.trouble();
    changes.put(
        "start_up_score",
        Change.of(
            trouble.startUpScore().value(),
            trouble.startUpScore().n(),
            was.startUpScore().value(),
            was.startUpScore().n()));
    changes.put("stalled", share(trouble.stalled(), was.stalled()));
    changes.put("impacted", share(trouble.impacted(), was.impacted()));
    changes.put("exits_after_stall", share(trouble.exitsAfterStall(), was.exitsAfterStall()));
    return changes;
  }

  private static Change average(Percentiles now, Percentiles before) {
    return Change.of(now.avg(), now.n(), before.avg(), before.n());
  }

  private static Change p75(Percentiles now, Percentiles before) {
    return Change.of(now.p75(), now.n(), before.p75(), before.n());
  }

  private static Change share(Share now, Share before) {
    return Change.of(now.rate(), now.n(), before.rate(), before.n());
  }
}
