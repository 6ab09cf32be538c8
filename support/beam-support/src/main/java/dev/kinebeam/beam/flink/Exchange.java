package dev.kinebeam.beam.flink;

import java.time.Duration;
import java.util.Map;

/** When what one step has made is sent to the next, where the two run in different tasks. */
public enum Exchange {
  /** A buffer is sent when it is full, or after 100 ms: for many records. */
  FULL_BUFFERS(Duration.ofMillis(200), Map.of()),

  /**
   * Every element is sent at once, and an idle source looks for the next after 20 ms: for a few
   * elements that a caller waits for. With full buffers each change of task cost an element 50 ms
   * on average, and an idle source another 25, since Beam looks 50 ms after it found nothing unless
   * a watermark is due before.
   */
  AT_ONCE(Duration.ofMillis(20), Map.of("execution.buffer-timeout.interval", "0 ms"));

  private final Duration watermarks;
  private final Map<String, String> flink;

  Exchange(Duration watermarks, Map<String, String> flink) {
    this.watermarks = watermarks;
    this.flink = flink;
  }

  /** How often sources emit watermarks, and at least look for elements. */
  Duration watermarks() {
    return watermarks;
  }

  /** As Flink's configuration of a job names it. */
  Map<String, String> flink() {
    return flink;
  }
}
