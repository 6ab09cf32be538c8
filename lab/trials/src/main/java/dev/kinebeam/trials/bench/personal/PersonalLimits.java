package dev.kinebeam.trials.bench.personal;

import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.measure.Samples;
import dev.kinebeam.trials.bench.measure.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, and which limits it misses. */
final class PersonalLimits {
  private static final double CPU_PERCENT = 5;
  private static final double HEAP_MB = 100;
  private static final double MORE_THREADS = 10;
  private static final double ACTIVE_MS = 2_000;
  private static final double UPCOMING_MS = 20;

  private final Console console;
  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final List<String> missed = new ArrayList<>();
  private double worst;

  PersonalLimits(Console console) {
    this.console = console;
    console.say("%-56s %10s %10s", "", "measured", "limit");
  }

  /**
   * A worker whose videos wait.
   *
   * @param fewThreads while only a few waited
   */
  void waiting(WorkerMeter.Use use, int fewThreads, int threads, double heapMb) {
    note("polls_per_s", "polls of the host, 1/s", use.stepsPerSecond());
    limit("cpu_percent", "processor, % of a core", use.cpuPercent(), CPU_PERCENT);
    note("threads", "threads", threads);
    limit("more_threads", "threads more than with few videos", threads - fewThreads, MORE_THREADS);
    limit("heap_mb", "heap after a collection, MB", heapMb, HEAP_MB);
  }

  /** From the host's being ready to the row's being COMPLETED. */
  void activations(Samples milliseconds) {
    note("active_p50_ms", "ready at the host to active, p50, ms", milliseconds.median());
    note("active_p95_ms", "the same, p95, ms", milliseconds.percentile(0.95));
    limit("active_max_ms", "the same, the slowest, ms", milliseconds.max(), ACTIVE_MS);
  }

  /**
   * A patient's coming workouts, and two references of the same moments.
   *
   * @param me the same patient's account, by the same way
   * @param select a statement that reads nothing, by JDBC
   * @param first of patients who had not asked before
   */
  void upcoming(Samples workouts, Samples me, Samples select, Samples first) {
    note("upcoming_p50_ms", "patient-upcoming, 20 exercises, p50, ms", workouts.median());
    limit("upcoming_p95_ms", "the same, p95, ms", workouts.percentile(0.95), UPCOMING_MS);
    note("first_p50_ms", "a patient's first, with 20 signatures, p50, ms", first.median());
    note("me_p50_ms", "reference: GET /v1/me, p50, ms", me.median());
    note("me_p95_ms", "reference: GET /v1/me, p95, ms", me.percentile(0.95));
    note("select_p50_ms", "reference: SELECT 1, p50, ms", select.median());
    note("select_p95_ms", "reference: SELECT 1, p95, ms", select.percentile(0.95));
  }

  private void note(String name, String words, double value) {
    figures.put(name, Verdict.rounded(value));
    console.say("%-56s %10.1f", words, value);
  }

  private void limit(String name, String words, double value, double limit) {
    figures.put(name, Verdict.rounded(value));
    worst = Math.max(worst, value / limit);
    console.say("%-56s %10.1f %10.0f", words, value, limit);
    if (value > limit) {
      missed.add(String.format(Locale.ROOT, "%s %.1f, limit %.0f", name, value, limit));
    }
  }

  /** The limits that were missed, with what was measured. */
  List<String> missed() {
    return List.copyOf(missed);
  }

  Verdict verdict() {
    return new Verdict("personal-videos", worst, 1, "of the limit (worst)", 1 / worst, 1, figures);
  }
}
