package dev.kinebeam.eventarchive;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One object of the archive. Its name states exactly what it holds: every record of that partition
 * and hour from the first to the last offset. So writing one again changes nothing, whoever does
 * it, and two that overlap hold the same records where they do.
 *
 * @param hour the hour of the records' own time, its beginning
 * @param bytes its compressed size
 */
public record ArchiveObject(
    String key, Instant hour, int partition, long firstOffset, long lastOffset, long bytes) {
  /** What the keys of all objects begin with. */
  public static final String ROOT = "archive/media-events/";

  /** The order in which a partition's hour is read. */
  static final Comparator<ArchiveObject> IN_ORDER =
      Comparator.comparing(ArchiveObject::hour)
          .thenComparing(ArchiveObject::partition)
          .thenComparing(ArchiveObject::firstOffset)
          .thenComparing(ArchiveObject::lastOffset, Comparator.reverseOrder());

  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("uuuu-MM-dd").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter HOUR =
      DateTimeFormatter.ofPattern("HH").withZone(ZoneOffset.UTC);
  private static final Pattern KEY =
      Pattern.compile(
          Pattern.quote(ROOT)
              + "dt=(\\d{4}-\\d\\d-\\d\\d)/hour=(\\d\\d)/"
              + "part-(\\d{1,9})-(\\d{20})-(\\d{20})\\.ndjson\\.gz");

  /**
   * The hour under which a record is kept; a time that cannot be correct (before 2000, from 2100
   * on) is kept under the first hour of 1970.
   */
  public static Instant hourOf(long timestampMs) {
    Instant time = Instant.ofEpochMilli(timestampMs);
    return time.isBefore(EARLIEST) || !time.isBefore(LATEST)
        ? Instant.EPOCH
        : time.truncatedTo(ChronoUnit.HOURS);
  }

  /** What the keys of a day's objects begin with. */
  static String dayPrefix(Instant day) {
    return ROOT + "dt=" + DAY.format(day) + "/";
  }

  /** The object that holds these records. */
  public static ArchiveObject of(
      Instant hour, int partition, long firstOffset, long lastOffset, long bytes) {
    String name =
        String.format(
            Locale.ROOT,
            "hour=%s/part-%d-%020d-%020d.ndjson.gz",
            HOUR.format(hour),
            partition,
            firstOffset,
            lastOffset);
    return new ArchiveObject(
        dayPrefix(hour) + name, hour, partition, firstOffset, lastOffset, bytes);
  }

  /** The object of this key; empty when the key is not one of the archive's. */
  public static Optional<ArchiveObject> parse(String key, long bytes) {
    Matcher found = KEY.matcher(key);
    if (!found.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new ArchiveObject(
              key,
              Instant.parse(found.group(1) + "T" + found.group(2) + ":00:00Z"),
              Integer.parseInt(found.group(3)),
              Long.parseLong(found.group(4)),
              Long.parseLong(found.group(5)),
              bytes));
    } catch (DateTimeException | NumberFormatException e) {
      return Optional.empty();
    }
  }
}
