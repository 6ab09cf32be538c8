package dev.kinebeam.schemas;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The one form of times in what we send: UTC with exactly three decimals. */
public final class Rfc3339 {
  private static final DateTimeFormatter FORM =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private Rfc3339() {}

  /** {@code time} as text; what is finer than a millisecond is cut off. */
  public static String text(Instant time) {
    return FORM.format(time);
  }

  /** As {@link #text(Instant)}, of milliseconds since the epoch. */
  public static String text(long epochMs) {
    return text(Instant.ofEpochMilli(epochMs));
  }
}
