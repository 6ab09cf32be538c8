package dev.kinebeam.localstack.bunny;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/**
 * Misbehaviour on demand, so that clients can be tested against it. None unless ordered. Safe for
 * many threads.
 */
final class Faults {
  private static final int SERVER_TROUBLE = 500;

  /**
   * An order to misbehave, replacing the one before. What is left out is 0: no such fault.
   *
   * @param failCalls how many of the next API calls fail
   * @param failUploads how many of the next uploads fail, after their bytes were taken
   * @param loseUploads how many of the next uploads are confirmed, and their bytes thrown away
   * @param neverFinish how many of the next uploads stay in processing until the host is restarted
   * @param lie how many of the next videos are finished with a length that is not theirs
   * @param flood how many of the next GETs are answered without end
   * @param malformed how many of the next GETs are answered with JSON of another form
   * @param status what failing calls are answered; 0 = 500
   * @param processingDelayMs how long later uploads wait before they are processed
   */
  record Order(
      int failCalls,
      int failUploads,
      int loseUploads,
      int neverFinish,
      int lie,
      int flood,
      int malformed,
      int status,
      long processingDelayMs) {}

  /** What fails a number of times. */
  enum Fault {
    FAIL_CALL,
    FAIL_UPLOAD,
    LOSE_UPLOAD,
    NEVER_FINISH,
    LIE,
    FLOOD,
    MALFORMED
  }

  private final Map<Fault, Integer> left = new EnumMap<>(Fault.class);
  private int status = SERVER_TROUBLE;
  private Duration processingDelay = Duration.ZERO;

  synchronized void order(Order next) {
    left.put(Fault.FAIL_CALL, next.failCalls());
    left.put(Fault.FAIL_UPLOAD, next.failUploads());
    left.put(Fault.LOSE_UPLOAD, next.loseUploads());
    left.put(Fault.NEVER_FINISH, next.neverFinish());
    left.put(Fault.LIE, next.lie());
    left.put(Fault.FLOOD, next.flood());
    left.put(Fault.MALFORMED, next.malformed());
    status = next.status() == 0 ? SERVER_TROUBLE : next.status();
    processingDelay = Duration.ofMillis(next.processingDelayMs());
  }

  /** Whether it fails this time; each true counts. */
  synchronized boolean next(Fault fault) {
    int count = left.getOrDefault(fault, 0);
    left.put(fault, Math.max(0, count - 1));
    return count > 0;
  }

  /** What failing calls are answered. */
  synchronized int status() {
    return status;
  }

  synchronized Duration processingDelay() {
    return processingDelay;
  }
}
