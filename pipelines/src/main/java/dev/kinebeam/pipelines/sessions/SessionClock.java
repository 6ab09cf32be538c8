package dev.kinebeam.pipelines.sessions;

/**
 * {@link Timeline}'s merge in SQL: the parts of two rows' clocks are merged, and the times are
 * derived from the result. Times that were corrected already cannot be merged: which difference of
 * clocks corrects them, and whether any does, only both rows together show.
 *
 * <p>The constants are expressions over the stored row {@code s} and the new row {@code n}. Of a
 * row from before the parts were kept, its times are taken, less the difference that they were
 * corrected by.
 */
final class SessionClock {
  /** Rows without parts were corrected from ten seconds on. */
  private static final String ROWS_SKEW = skewOf("%1$s.clock_skew_ms", 10_000);

  /** Parts of the row that is put for {@code %1$s}, milliseconds. */
  private static final String FIRST = part("first_said_ms", unmended("started_at"));

  private static final String LAST = part("last_said_ms", unmended("last_event_at"));
  private static final String END =
      part(
          "end_said_ms",
          "CASE WHEN %1$s.first_said_ms IS NULL AND %1$s.ended_by = 'client' THEN "
              + unmended("ended_at")
              + " END");

  /** Rows from before the end's number was kept ended at their last number. */
  private static final String END_NUMBER =
      part("end_seq", "CASE WHEN %1$s.ended_by = 'client' THEN %1$s.last_seq END");

  /** The row's session_end is the later one of the two in the order of the session. */
  private static final String NEW_END_IS_LATER =
      "(%3$s IS NULL OR (coalesce(%2$s, -1), %1$s) >= (coalesce(%4$s, -1), %3$s))"
          .formatted(
              END.formatted("n"),
              END_NUMBER.formatted("n"),
              END.formatted("s"),
              END_NUMBER.formatted("s"));

  /** What is stored of the two rows' parts. */
  static final String FIRST_SAID = least(FIRST);

  static final String LAST_SAID = greatest(LAST);
  static final String END_SAID = ofLaterEnd(END);
  static final String END_SEQ = ofLaterEnd(END_NUMBER);
  static final String LAST_SEQ = "greatest(s.last_seq, n.last_seq)";
  static final String FIRST_HEARD = least(part("first_heard_ms", millis("started_at")));
  static final String LAST_HEARD = greatest(part("last_heard_ms", millis("last_event_at")));
  static final String RECEIVED = greatest(part("last_received_ms", millis("last_event_at")));
  static final String DELAY = least(part("least_delay_ms", "%1$s.clock_skew_ms"));

  /** As {@code Timeline.skewMs}. */
  private static final String SKEW = skewOf(DELAY, Timeline.SANE_MS);

  /** As {@code Timeline.isClockCredible}. */
  private static final String CREDIBLE =
      "(%1$s + %2$s >= %3$s - %4$d AND %5$s + %2$s <= %6$s + %7$d)"
          .formatted(
              FIRST_SAID,
              SKEW,
              FIRST_HEARD,
              Timeline.LONGEST_TRIP_MS,
              LAST_SAID,
              RECEIVED,
              EventOrder.MAX_AHEAD_MS);

  static final String STARTED_AT = time(FIRST_SAID, FIRST_HEARD);
  static final String LAST_EVENT_AT = time(LAST_SAID, LAST_HEARD);

  /**
   * The player said that the session is over, and no event comes after that; as {@code
   * Timeline.endsByClient}.
   */
  static final String ENDS_BY_CLIENT =
      """
      coalesce(%1$s IS NOT NULL AND
               CASE WHEN %3$s IS NOT NULL THEN %2$s >= %3$s ELSE %1$s >= %4$s END, false)"""
          .formatted(END_SAID, END_SEQ, LAST_SEQ, LAST_SAID);

  /** When the player said so. As {@code Timeline.at}. */
  static final String CLIENT_END_AT =
      time(
          END_SAID,
          "greatest(%s, least(%s, %s + %s))".formatted(FIRST_HEARD, LAST_HEARD, END_SAID, SKEW));

  /** As {@code Timeline.reportedSkewMs}. */
  static final String TELLABLE_SKEW = "CASE WHEN %s THEN %s END".formatted(CREDIBLE, DELAY);

  /**
   * The new row knows of the later event, by the player's counter where it counts and both rows
   * keep it.
   */
  static final String NEW_IS_LATER =
      """
      (CASE WHEN n.first_said_ms IS NULL OR s.first_said_ms IS NULL
            THEN (%1$s, n.events_seen) >= (%2$s, s.events_seen)
            ELSE (coalesce(n.last_seq, -1), %1$s, n.events_seen)
                   >= (coalesce(s.last_seq, -1), %2$s, s.events_seen) END)"""
          .formatted(LAST.formatted("n"), LAST.formatted("s"));

  private SessionClock() {}

  /** The row {@code one} reaches as far back and as far on as {@code other}, and no less. */
  static String spans(String one, String other) {
    return "%s <= %s AND %s >= %s"
        .formatted(
            FIRST.formatted(one),
            FIRST.formatted(other),
            LAST.formatted(one),
            LAST.formatted(other));
  }

  private static String skewOf(String delay, long saneMs) {
    return "CASE WHEN abs(%1$s) > %2$d THEN %1$s ELSE 0 END".formatted(delay, saneMs);
  }

  /** Null in a row that knows of no end. */
  private static String ofLaterEnd(String part) {
    return "CASE WHEN %1$s IS NOT NULL AND %2$s THEN %3$s ELSE %4$s END"
        .formatted(END.formatted("n"), NEW_END_IS_LATER, part.formatted("n"), part.formatted("s"));
  }

  private static String part(String column, String inOldRows) {
    return "coalesce(%1$s." + column + ", " + inOldRows + ")";
  }

  private static String least(String part) {
    return "least(" + part.formatted("s") + ", " + part.formatted("n") + ")";
  }

  private static String greatest(String part) {
    return "greatest(" + part.formatted("s") + ", " + part.formatted("n") + ")";
  }

  private static String millis(String column) {
    return "(extract(epoch FROM %1$s." + column + ") * 1000)::bigint";
  }

  /** As the patient's clock had it. */
  private static String unmended(String column) {
    return "(" + millis(column) + " - " + ROWS_SKEW + ")";
  }

  private static String time(String said, String heard) {
    String ms = "CASE WHEN %s THEN %s + %s ELSE %s END".formatted(CREDIBLE, said, SKEW, heard);
    return "timestamptz 'epoch' + (" + ms + ") * interval '1 ms'";
  }
}
