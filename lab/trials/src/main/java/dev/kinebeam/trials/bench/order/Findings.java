package dev.kinebeam.trials.bench.order;

import dev.kinebeam.trials.bench.measure.Samples;
import dev.kinebeam.trials.bench.measure.Verdict;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, and which limits it misses. Pure. */
final class Findings {
  static final double GOAL = 60;
  static final double READY_MS = 500;
  static final double PICTURE_MS = 1500;
  static final double SOUND_SHARE = 1.0 / 20;
  static final double LATE_SHARE = 1.0 / 1000;
  static final double OF_JETTY = 0.5;

  private final Map<String, Object> figures = new LinkedHashMap<>();
  private final List<String> missed = new ArrayList<>();
  private double ours = Double.NaN;
  private double reference = Double.NaN;

  void ready(Samples milliseconds) {
    ours = milliseconds.percentile(0.95);
    figures.put("ready_p50_ms", Verdict.rounded(milliseconds.median()));
    atMost("ready_p95_ms", ours, READY_MS);
  }

  /** Beside the same recipes made otherwise. */
  void reference(Samples milliseconds, int renders) {
    reference = milliseconds.median();
    figures.put("reference_renders", renders);
    if (reference / ours < GOAL) {
      missed.add(String.format(Locale.ROOT, "ratio %.1f, goal %.0f", reference / ours, GOAL));
    }
  }

  void pictures(Samples milliseconds) {
    figures.put("picture_p50_ms", Verdict.rounded(milliseconds.median()));
    atMost("picture_p95_ms", milliseconds.percentile(0.95), PICTURE_MS);
  }

  /** The greatest share of a render's length until its last segment of sound was there. */
  void sound(double share) {
    atMost("sound_share_of_length", share, SOUND_SHARE);
  }

  void players(PlayerLoad.Played played, double clientCpu, double hostCpu) {
    figures.put("player_segments", played.segments());
    figures.put("late_segments", played.late());
    figures.put("players_cpu_s", Verdict.rounded(clientCpu));
    figures.put("host_cpu_s", Verdict.rounded(hostCpu));
    if (played.late() > played.segments() * LATE_SHARE) {
      missed.add(
          "late_segments %d of %d, limit 1 in 1000".formatted(played.late(), played.segments()));
    }
  }

  /** Segments per CPU second, of the host and of Jetty's handler of files. */
  void serving(double host, double jetty, double megabitsPerSecond) {
    figures.put("played_mbit_s", Verdict.rounded(megabitsPerSecond));
    figures.put("segments_per_cpu_s", Verdict.rounded(host));
    figures.put("jetty_segments_per_cpu_s", Verdict.rounded(jetty));
    double ratio = host / jetty;
    figures.put("of_jetty", Verdict.rounded(ratio));
    if (ratio < OF_JETTY) {
      missed.add(String.format(Locale.ROOT, "of_jetty %.2f, goal %.1f", ratio, OF_JETTY));
    }
  }

  private void atMost(String name, double value, double limit) {
    figures.put(name, Math.round(value * 1000) / 1000.0);
    if (value > limit) {
      missed.add(String.format(Locale.ROOT, "%s %.3f, limit %.3f", name, value, limit));
    }
  }

  /** The limits that were missed, with what was measured. */
  List<String> missed() {
    return List.copyOf(missed);
  }

  Verdict verdict() {
    return new Verdict("order", ours, reference, "ms", reference / ours, GOAL, figures);
  }
}
