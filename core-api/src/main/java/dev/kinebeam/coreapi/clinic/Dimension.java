package dev.kinebeam.coreapi.clinic;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the clinic's figures can be broken down by. */
enum Dimension {
  EXERCISE("media_id"),
  DEVICE("device"),
  BROWSER("browser"),
  CONNECTION("connection_type"),
  /** The highest resolution that was shown. */
  RESOLUTION("peak_resolution"),
  /** Of the clinic's calendar: a clock may show one twice, so each is named by its start in UTC. */
  HOUR(
      "to_char(date_trunc('hour', started_at, :zone) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI\"Z\"')"),
  /** Of the clinic's calendar, as {@link Bucket} names them. */
  DAY("to_char(started_at AT TIME ZONE :zone, 'YYYY-MM-DD')"),
  WEEK("to_char(started_at AT TIME ZONE :zone, 'IYYY\"-W\"IW')");

  private final String column;

  Dimension(String column) {
    this.column = column;
  }

  /** Whether its values are hours, days or weeks, which have a length and an order. */
  boolean isCalendar() {
    return this == HOUR || this == DAY || this == WEEK;
  }

  /**
   * The value of a session, in SQL; null where it did not report one. What is of the calendar names
   * {@code :zone}.
   */
  String expression() {
    return this == EXERCISE ? "nullif(" + column + ", '')" : column;
  }

  /** As callers write it. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The dimension of a word.
   *
   * @throws IllegalArgumentException when there is none
   */
  static Dimension of(String word) {
    return Arrays.stream(values())
        .filter(dimension -> dimension.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no dimension"));
  }

  /** Every word, for messages. */
  static String words() {
    return Arrays.stream(values()).map(Dimension::word).collect(Collectors.joining(", "));
  }
}
