package dev.kinebeam.beam.flink;

import java.util.Map;

/** What Flink does with a job after a failure. */
public enum Restarts {
  /** It is restarted for as long as it takes, with a growing pause: for a job without end. */
  ALWAYS(Map.of("restart-strategy.type", "exponential-delay")),

  /** It is restarted three times, 5 s apart, and then it fails: for a job with an end. */
  FEW(
      Map.of(
          "restart-strategy.type", "fixed-delay",
          "restart-strategy.fixed-delay.attempts", "3",
          "restart-strategy.fixed-delay.delay", "5 s"));

  private final Map<String, String> flink;

  Restarts(Map<String, String> flink) {
    this.flink = flink;
  }

  /** As Flink's configuration names it. */
  public Map<String, String> flink() {
    return flink;
  }
}
