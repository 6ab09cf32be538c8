package dev.kinebeam.localstack.cloudflare;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * Misbehaviour on demand, so that clients can be tested against it. None unless ordered. Safe for
 * many threads.
 */
final class Faults {
  private static final int SERVER_TROUBLE = 500;
  private static final int PERCENT = 100;

  /**
   * An order to misbehave, replacing the one before. What is left out is 0: no such fault.
   *
   * @param failCalls how many of the next API calls fail before anything is done
   * @param failPercent how many of a hundred later API calls fail so, at random
   * @param status what failing calls are answered; 0 = 500
   * @param loseAnswers how many of the next API calls are done and get no answer
   * @param hangCalls how many of the next API calls get no answer until the server ends
   * @param breakPieces how many of the next pieces of uploads break off half-way
   * @param neverFinish how many of the next videos stay queued until the server is restarted
   * @param finish the id of a video that stays queued so, and is processed now; null = none
   * @param failVideos how many of the next videos fail with {@code errorCode}
   * @param errorCode null = ERR_UNKNOWN
   * @param processingDelayMs how long later videos wait before they are processed
   * @param webhookCopies how often more than once each notification is sent
   * @param loseWebhooks how many of the next notifications are not sent
   * @param swapWebhooks how many of the next notifications are sent after the one that follows
   * @param oldWebhooks how many of the next notifications are signed for an hour ago
   */
  record Order(
      int failCalls,
      int failPercent,
      int status,
      int loseAnswers,
      int hangCalls,
      int breakPieces,
      int neverFinish,
      String finish,
      int failVideos,
      String errorCode,
      long processingDelayMs,
      int webhookCopies,
      int loseWebhooks,
      int swapWebhooks,
      int oldWebhooks) {}

  /** What fails a number of times. */
  enum Fault {
    FAIL_CALL,
    LOSE_ANSWER,
    HANG_CALL,
    BREAK_PIECE,
    NEVER_FINISH,
    FAIL_VIDEO,
    LOSE_WEBHOOK,
    SWAP_WEBHOOK,
    OLD_WEBHOOK
  }

  private final Map<Fault, Integer> left = new EnumMap<>(Fault.class);
  private final Random random = new Random(1);
  private int failPercent;
  private int status = SERVER_TROUBLE;
  private String errorCode = "ERR_UNKNOWN";
  private Duration processingDelay = Duration.ZERO;
  private int webhookCopies;

  synchronized void order(Order next) {
    left.put(Fault.FAIL_CALL, next.failCalls());
    left.put(Fault.LOSE_ANSWER, next.loseAnswers());
    left.put(Fault.HANG_CALL, next.hangCalls());
    left.put(Fault.BREAK_PIECE, next.breakPieces());
    left.put(Fault.NEVER_FINISH, next.neverFinish());
    left.put(Fault.FAIL_VIDEO, next.failVideos());
    left.put(Fault.LOSE_WEBHOOK, next.loseWebhooks());
    left.put(Fault.SWAP_WEBHOOK, next.swapWebhooks());
    left.put(Fault.OLD_WEBHOOK, next.oldWebhooks());
    failPercent = next.failPercent();
    status = next.status() == 0 ? SERVER_TROUBLE : next.status();
    errorCode = Optional.ofNullable(next.errorCode()).orElse("ERR_UNKNOWN");
    processingDelay = Duration.ofMillis(next.processingDelayMs());
    webhookCopies = next.webhookCopies();
  }

  /** Whether it fails this time; each true counts. */
  synchronized boolean next(Fault fault) {
    int count = left.getOrDefault(fault, 0);
    left.put(fault, Math.max(0, count - 1));
    return count > 0 || (fault == Fault.FAIL_CALL && random.nextInt(PERCENT) < failPercent);
  }

  /** What failing calls are answered. */
  synchronized int status() {
    return status;
  }

  synchronized String errorCode() {
    return errorCode;
  }

  synchronized Duration processingDelay() {
    return processingDelay;
  }

  synchronized int webhookCopies() {
    return webhookCopies;
  }
}
