package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.pipelines.sessions.SilenceTimeouts;
import dev.kinebeam.program.database.DatabaseSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * What is made again.
 *
 * @param sessions which ones
 * @param margin how far before and after the range events are read, so that sessions at its edges
 *     are whole
 * @param silence that of the stream whose rows these are
 */
public record BackfillSettings(
    ArchiveLocation archive,
    DatabaseSettings database,
    Sessions sessions,
    Duration margin,
    SilenceTimeouts silence,
    Mode mode) {
  /** A beacon may wait for a day. */
  public static final Duration MARGIN = Duration.ofHours(24);

  /**
   * Sessions that begin in a time, of one organisation or of all.
   *
   * @param from inclusive
   * @param to exclusive
   */
  public record Sessions(Instant from, Instant to, Optional<UUID> org) {
    public Sessions {
      if (!from.isBefore(to)) {
        throw new IllegalArgumentException("--from is " + from + "; it must be before --to, " + to);
      }
    }
  }

  /** What is done with the rows. */
  public enum Mode {
    /** They are merged into the tables. */
    WRITE,
    /** They are compared with the tables, column by column. */
    COMPARE,
    /** They are counted. */
    COUNT
  }

  /** The beginning of the time whose events are read. */
  Instant readFrom() {
    return sessions.from().minus(margin);
  }

  /** Its end. */
  Instant readTo() {
    return sessions.to().plus(margin);
  }

  /** All sessions of a time, with the usual margin and silence timeouts. */
  public static BackfillSettings of(
      ArchiveLocation archive, DatabaseSettings database, Instant from, Instant to, Mode mode) {
    return new BackfillSettings(
        archive,
        database,
        new Sessions(from, to, Optional.empty()),
        MARGIN,
        SilenceTimeouts.DEFAULT,
        mode);
  }

  /** The same with other silence timeouts. */
  public BackfillSettings waiting(SilenceTimeouts other) {
    return new BackfillSettings(archive, database, sessions, margin, other, mode);
  }

  /** The same, doing something else with the rows. */
  public BackfillSettings doing(Mode other) {
    return new BackfillSettings(archive, database, sessions, margin, silence, other);
  }
}
