package dev.kinebeam.beam.flink;

import java.util.OptionalInt;

/** What the flag {@code --flink-ui} says. */
public final class UiPort {
  private static final int HIGHEST = 65_535;

  private UiPort() {}

  /**
   * Checks the flag.
   *
   * @param port null when the flag was not given
   * @param here whether the job runs in a cluster inside this process
   * @throws IllegalArgumentException naming the flag, its value and what to do
   */
  public static OptionalInt of(Integer port, boolean here) {
    if (port == null) {
      return OptionalInt.empty();
    }
    if (port < 0 || port > HIGHEST) {
      throw new IllegalArgumentException(
          "--flink-ui is %d; it must be a port from 0 (a free one) to %d".formatted(port, HIGHEST));
    }
    if (!here) {
      throw new IllegalArgumentException(
          "--flink-ui is %d, but the job does not run on a Flink inside this process; leave it out, or give --flink-master [local]"
              .formatted(port));
    }
    return OptionalInt.of(port);
  }
}
