package dev.kinebeam.web.http;

import java.time.Duration;

/**
 * How long a connection may keep the server waiting.
 *
 * @param idle between two bytes, and between two requests
 * @param head from the first byte of a request to the end of its header fields; the connection is
 *     closed then
 * @param body from the header fields to the last byte of the body; 408 then
 * @param bodyBytesPerSecond how fast a body must arrive after its first five seconds; 408 otherwise
 */
public record Timeouts(Duration idle, Duration head, Duration body, int bodyBytesPerSecond) {
  /** 15 s idle, 10 s for the header fields, 15 s and 1 KiB/s for the body. */
  public static final Timeouts USUAL =
      new Timeouts(Duration.ofSeconds(15), Duration.ofSeconds(10), Duration.ofSeconds(15), 1024);

  /** A body that stands still for a moment on a mobile network is not refused for it. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  public Timeouts {
    requirePositive("--idle-timeout", idle);
    requirePositive("--head-timeout", head);
    requirePositive("--body-timeout", body);
    if (bodyBytesPerSecond < 1) {
      throw new IllegalArgumentException(
          "--min-body-rate must be at least 1 byte per second, not " + bodyBytesPerSecond);
    }
  }

  private static void requirePositive(String name, Duration value) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + " must be positive, such as PT10S, not " + value);
    }
  }

  /** How long a body may take to arrive of which {@code received} bytes are here. */
  Duration forBody(long received) {
    Duration paced = GRACE.plusMillis(received * 1000 / bodyBytesPerSecond);
    return paced.compareTo(body) < 0 ? paced : body;
  }
}
