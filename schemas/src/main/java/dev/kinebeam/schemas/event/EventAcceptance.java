package dev.kinebeam.schemas.event;

import dev.kinebeam.schemas.FieldError;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The verdict on an event: accepted as it is, accepted with corrections ({@link
 * MediaEvent#corrections}), or refused with a field and a code. The gateway, the job, backfill,
 * recordings and the replay of dead letters decide here and nowhere else. {@link EventParser} knows
 * each field's form and corrects what is optional; this class decides on what remains: size and
 * encoding, the times against each other and against a clock, and which bytes may be stored.
 *
 * <p>What differs between them on purpose:
 *
 * <ul>
 *   <li>Size and encoding are checked event by event where one is sent. A record may hold a larger
 *       one: it was accepted under the limit of its day, and a 202 is final.
 *   <li>The clock is a parameter: the gateway's own at the receipt; the record's time in the topic
 *       or the archive, which a later reading does not change; the present time for a replay.
 *   <li>Corrections are the same for all; only the gateway reports them, as warnings.
 * </ul>
 *
 * <p>Pure. The record's reader makes an instance not thread-safe: one for each DoFn instance.
 */
public final class EventAcceptance {
  /** Real events have a few hundred bytes; this keeps every record within Kafka's limit. */
  public static final int MAX_EVENT_BYTES = 64 * 1024;

  /** A patient's clock that is further off than this is not a clock: ten years. */
  static final long MAX_CLOCK_ERROR_MS = 3_653 * 86_400_000L;

  /** Servers agree on the time better than this; a receipt later than that is not a receipt. */
  static final long MAX_AHEAD_MS = 5 * 60 * 1000L;

  /** The year 2100; the form of times that are sent as texts ends there too. */
  private static final long LATEST_MS = 4_102_444_800_000L;

  private final MediaRecord.Reader records = new MediaRecord.Reader();

  /**
   * The verdict on an event of a batch that was sent to the gateway.
   *
   * @param parsed the event by its own fields
   * @param sentAtMs when the batch left by the patient's clock, or {@link MediaRecord#UNKNOWN_TIME}
   * @param clockMs the time of whoever decides
   */
  public static ParsedEvent ofSent(
      ParsedEvent parsed, long receivedAtMs, long sentAtMs, long clockMs) {
    if (!(parsed instanceof ParsedEvent.Accepted accepted)) {
      return parsed;
    }
    FieldError wrong = serverTimes(receivedAtMs, sentAtMs);
    if (wrong == null) {
      wrong = eventTime(accepted.event(), receivedAtMs);
    }
    if (wrong == null) {
      wrong = receipt(receivedAtMs, clockMs);
    }
    return wrong == null ? parsed : new ParsedEvent.Rejected(wrong);
  }

  /**
   * The verdict on a record of the topic or the archive, which are trust boundaries: any bytes at
   * all give a verdict and never an exception.
   *
   * @param value the record's value; null where it has none
   * @param clockMs the time of the record, or of whoever decides
   */
  public MediaRecord.Parsed ofRecord(byte @Nullable [] value, long clockMs) {
    if (value == null) {
      return new MediaRecord.Rejected(new FieldError("", "missing", "the record has no value"));
    }
    MediaRecord.Parsed parsed = records.read(value);
    if (!(parsed instanceof MediaRecord.Accepted accepted)) {
      return parsed;
    }
    FieldError wrong = receipt(accepted.record().receivedAtMs(), clockMs);
    return wrong == null ? parsed : new MediaRecord.Rejected(wrong);
  }

  /**
   * What may be stored of bytes that were sent, in the topic or in a dead letter: a token belongs
   * into the header or the top of the body, and some clients put it elsewhere.
   *
   * @return the same array where nothing is masked
   */
  public static byte[] storable(byte[] sent) {
    return WebTokens.masked(sent);
  }

  /** Why an event that was sent cannot be read; a parser does not check all of it. */
  static @Nullable FieldError unreadable(byte[] source, int from, int to) {
    if (to - from > MAX_EVENT_BYTES) {
      return new FieldError(
          "",
          "too_large",
          "the event has " + (to - from) + " bytes; it may have " + MAX_EVENT_BYTES);
    }
    int broken = Utf8.firstBroken(source, from, to);
    return broken < 0
        ? null
        : new FieldError("", "not_utf8", "the event is not UTF-8 at its byte " + (broken - from));
  }

  /** What is wrong with the times that are not the event's own. */
  static @Nullable FieldError serverTimes(long receivedAtMs, long sentAtMs) {
    if (receivedAtMs <= 0) {
      return new FieldError(
          "received_at", "missing", "received_at must be milliseconds since 1970");
    }
    if (sentAtMs != MediaRecord.UNKNOWN_TIME && (sentAtMs < 0 || sentAtMs > LATEST_MS)) {
      return new FieldError(
          "sent_at", "out_of_range", "sent_at is " + sentAtMs + "; that is not a time");
    }
    return null;
  }

  /** What is wrong with the event's time, which cannot be that of an event received then. */
  static @Nullable FieldError eventTime(MediaEvent event, long receivedAtMs) {
    if (Math.abs(event.timestampMs() - receivedAtMs) <= MAX_CLOCK_ERROR_MS) {
      return null;
    }
    return new FieldError(
        "timestamp",
        "out_of_range",
        "timestamp is "
            + Instant.ofEpochMilli(event.timestampMs())
            + ", more than ten years from its receipt at "
            + Instant.ofEpochMilli(receivedAtMs)
            + "; set the device's clock");
  }

  /** What is wrong with a receipt that lies in the future. */
  private static @Nullable FieldError receipt(long receivedAtMs, long clockMs) {
    if (receivedAtMs <= clockMs + MAX_AHEAD_MS) {
      return null;
    }
    return new FieldError(
        "received_at",
        "out_of_range",
        "received_at is "
            + Instant.ofEpochMilli(receivedAtMs)
            + ", more than five minutes after "
            + Instant.ofEpochMilli(clockMs)
            + ", when it was read; set the clock of the gateway");
  }
}
