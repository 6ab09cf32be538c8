package dev.kinebeam.trials.bench.catalogue;

import dev.kinebeam.trials.bench.measure.Samples;
import dev.kinebeam.trials.bench.measure.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, and which limits it misses. Pure. */
final class Limits {
  static final double PORTAL_MS = 50;
  static final double OF_BARE = 0.5;
  static final double BUMP_MS = 1_000;
  static final double READINESS_MS = 1_000;

  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final List<String> missed = new ArrayList<>();
  private double lookup = Double.NaN;
  private double bare = Double.NaN;

  void portal(Samples milliseconds) {
    figures.put("portal_p50_ms", Verdict.rounded(milliseconds.median()));
    atMost("portal_p95_ms", milliseconds.percentile(0.95), PORTAL_MS);
  }

  /**
   * Answers per second.
   *
   * @param lookups of a ready render
   * @param ensured by the route that orders what is missing
   * @param selects of the bare handler
   */
  void cacheHits(Samples lookups, Samples ensured, Samples selects) {
    lookup = lookups.median();
    bare = selects.median();
    figures.put("ensure_per_s", Verdict.rounded(ensured.median()));
    figures.put("ensure_of_bare", Verdict.rounded(ensured.median() / bare));
    ofBare("look-up", lookup / bare);
    ofBare("ensured", ensured.median() / bare);
  }

  private void ofBare(String answer, double ratio) {
    if (ratio < OF_BARE) {
      missed.add(
          String.format(
              Locale.ROOT, "%s %.2f of the bare handler, goal %.1f", answer, ratio, OF_BARE));
    }
  }

  void bumps(Samples milliseconds) {
    atMost("bump_max_ms", milliseconds.max(), BUMP_MS);
  }

  void readiness(Samples milliseconds) {
    atMost("readiness_of_500_p95_ms", milliseconds.percentile(0.95), READINESS_MS);
  }

  private void atMost(String name, double value, double limit) {
    figures.put(name, Verdict.rounded(value));
    if (value > limit) {
      missed.add(String.format(Locale.ROOT, "%s %.1f, limit %.0f", name, value, limit));
    }
  }

  /** The limits that were missed, with what was measured. */
  List<String> missed() {
    return List.copyOf(missed);
  }

  Verdict verdict() {
    return new Verdict("catalogue", lookup, bare, "answers/s", lookup / bare, OF_BARE, figures);
  }
}
