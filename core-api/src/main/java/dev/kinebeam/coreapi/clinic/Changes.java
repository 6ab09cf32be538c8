package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.clinic.VideoHealth.Change;
import dev.kinebeam.coreapi.clinic.VideoHealth.Figures;
import dev.kinebeam.coreapi.clinic.VideoHealth.Percentiles;
import dev.kinebeam.coreapi.clinic.VideoHealth.Share;
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
    changes.put("ttfb_p75_ms", p75(now.ttfbMs(), before.ttfbMs()));
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
    return changes;
  }

  private static Change p75(Percentiles now, Percentiles before) {
    return Change.of(now.p75(), now.n(), before.p75(), before.n());
  }

  private static Change share(Share now, Share before) {
    return Change.of(now.rate(), now.n(), before.rate(), before.n());
  }
}
