package dev.kinebeam.program.cli;

import java.time.Duration;

/** The check of flags that must be positive. */
public final class Positive {
  private Positive() {}

  /**
   * Returns the value.
   *
   * @throws IllegalArgumentException naming the flag and the value when it is not positive
   */
  public static Duration require(String flag, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(flag + " is " + value + "; it must be positive");
    }
    return value;
  }

  /**
   * Returns the value.
   *
   * @throws IllegalArgumentException naming the flag and the value when it is less than 1
   */
  public static int require(String flag, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(flag + " is " + value + "; it must be 1 or more");
    }
    return value;
  }
}
