package dev.kinebeam.pipelines.sessions;

/**
 * The law of {@link Timeline} in SQL: the parts of two rows' clocks are merged, and the times are
 * told from what they come to. Times that were mended already cannot be merged: which difference of
 * clocks mends them, and whether any does, only both rows together tell.
 *
 * <p>The constants are expressions over the stored row {@code s} and the new row {@code n}. A row
 * from before the parts were kept is taken at its word: its times are un-mended by the difference
 * that it tells.
 */
final class SessionClock {
  private static final String SKEW_OF =
      "CASE WHEN abs(%1$s) > " + Timeline.SANE_MS + " THEN %1$s ELSE 0 END";
  private static final String ROWS_SKEW = SKEW_OF.formatted("%1$s.clock_skew_ms");

  /** Parts of the row that is put for {@code %1$s}, milliseconds. */
  private static final String FIRST = part("first_said_ms", unmended("started_at"));

  private static final String LAST = part("last_said_ms", unmended("last_event_at"));
  private static final String END =
      part(
          "end_said_ms",
          "CASE WHEN %1$s.first_said_ms IS NULL AND %1$s.ended_by = 'client' THEN "
              + unmended("ended_at")
              + " END");

  /** What the parts come to, and what is stored: an old row's word is kept with the rest. */
  static final String FIRST_SAID = least(FIRST);

  static final String LAST_SAID = greatest(LAST);
  static final String END_SAID = greatest(END);
  static final String FIRST_HEARD = least(part("first_heard_ms", millis("started_at")));
  static final String LAST_HEARD = greatest(part("last_heard_ms", millis("last_event_at")));
  static final String RECEIVED = greatest(part("last_received_ms", millis("last_event_at")));
  static final String DELAY = least(part("least_delay_ms", "%1$s.clock_skew_ms"));

  /** As {@code Timeline.skewMs}. */
  private static final String SKEW = SKEW_OF.formatted(DELAY);

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

  /** When the player said that it was over; null if it never did. As {@code Timeline.at}. */
  static final String CLIENT_END_AT =
      "CASE WHEN %s IS NOT NULL THEN %s END"
          .formatted(
              END_SAID,
              time(
                  END_SAID,
                  "greatest(%s, least(%s, %s + %s))"
                      .formatted(FIRST_HEARD, LAST_HEARD, END_SAID, SKEW)));

  /** As {@code Timeline.tellableSkewMs}. */
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
