package dev.kinebeam.pipelines.sessions;

import java.io.Serializable;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;
import org.jdbi.v3.core.Handle;

/**
 * Makes room for rows of unusual months before they are written; asks once for each month, and
 * again when a month has been dropped since.
 */
final class MonthlyPartitions implements Serializable {
  private static final String CHECK_VIOLATION = "23514";
  private static final String NO_PARTITION = "no partition of relation";

  private transient Set<YearMonth> known;

  /** Writes rows; does not commit. */
  @FunctionalInterface
  interface Write {
    void run() throws SQLException;
  }

  /**
   * Runs {@code write} when there is room for {@code rows}; it has to be the first of its
   * transaction. Retention drops months while the job knows them: then room is made again, and the
   * rows are written once more.
   */
  <R> void writeInto(Handle handle, List<R> rows, ToLongFunction<R> startedAtMs, Write write)
      throws SQLException {
    ensure(handle, rows, startedAtMs);
    try {
      write.run();
    } catch (SQLException e) {
      if (!isMissingPartition(e)) {
        throw e;
      }
      handle.rollback();
      known.clear();
      ensure(handle, rows, startedAtMs);
      write.run();
    }
  }

  /** The state is that of any check; only the message distinguishes them (PostgreSQL 17). */
  private static boolean isMissingPartition(SQLException e) {
    return CHECK_VIOLATION.equals(e.getSQLState()) && e.getMessage().contains(NO_PARTITION);
  }

  /** Commits what it makes, so that the lock on the table's definition is short. */
  private <R> void ensure(Handle handle, List<R> rows, ToLongFunction<R> startedAtMs) {
    Set<YearMonth> wanted = new HashSet<>();
    for (R row : rows) {
      Instant start = Instant.ofEpochMilli(startedAtMs.applyAsLong(row));
      wanted.add(YearMonth.from(start.atZone(ZoneOffset.UTC)));
    }
    if (known == null) {
      known = new HashSet<>();
    }
    wanted.removeAll(known);
    if (wanted.isEmpty()) {
      return;
    }
    // A month to each side: a better estimate of the clock may still move a row across a boundary.
    for (YearMonth month : wanted) {
      handle.execute(
          "SELECT ensure_media_partitions(?::timestamptz, 1, 1)", month + "-15T00:00:00Z");
    }
    handle.commit();
    known.addAll(wanted);
  }
}
