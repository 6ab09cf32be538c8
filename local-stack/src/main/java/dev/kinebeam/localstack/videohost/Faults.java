package dev.kinebeam.localstack.videohost;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * Misbehaviour on demand, so that clients can be tested against it. None unless ordered. Safe for
 * many threads.
 */
final class Faults {
  /**
   * An order to misbehave, replacing the one before.
   *
   * @param failCalls how many of the next API calls fail
   * @param failUploads how many of the next uploads fail, after their bytes were taken
   * @param status what failing calls are answered
   * @param processingDelayMs how long later uploads wait before they are processed
   */
  record Order(int failCalls, int failUploads, int status, long processingDelayMs) {}

  private Order order = new Order(0, 0, 500, 0);

  synchronized void order(Order next) {
    order = next;
  }

  /** The status to answer this call with, if it is to fail. */
  synchronized OptionalInt nextCall() {
    if (order.failCalls() <= 0) {
      return OptionalInt.empty();
    }
    order =
        new Order(
            order.failCalls() - 1, order.failUploads(), order.status(), order.processingDelayMs());
    return OptionalInt.of(order.status());
  }

  /** The status to answer this upload with, if it is to fail. */
  synchronized OptionalInt nextUpload() {
    if (order.failUploads() <= 0) {
      return OptionalInt.empty();
    }
    order =
        new Order(
            order.failCalls(), order.failUploads() - 1, order.status(), order.processingDelayMs());
    return OptionalInt.of(order.status());
  }

  synchronized Duration processingDelay() {
    return Duration.ofMillis(order.processingDelayMs());
  }
}
