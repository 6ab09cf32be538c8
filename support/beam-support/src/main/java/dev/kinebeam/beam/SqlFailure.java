package dev.kinebeam.beam;

import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.program.retry.RetryClock;
import dev.kinebeam.program.retry.RetryPolicy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;

/** What a failure of the database means for the rows that met it. */
enum SqlFailure {
  /** Nothing is wrong with the rows: try again. */
  TRANSIENT,
  /** A row is at fault and would be at fault again. */
  BAD_ROW,
  /** The statement, the rights or the schema are at fault; the job cannot continue. */
  PERMANENT;

  /**
   * Serialization failure, deadlock, a key that another writer inserted meanwhile, lock timeout.
   */
  private static final Set<String> RACES = Set.of("40001", "40P01", "23505", "55P03");

  /** Repeats what failed for a reason that is not in the rows, statement, rights or schema. */
  static Retrier retrier(Duration limit) {
    return new Retrier(
        RetryPolicy.doubling(Duration.ofMillis(50), Duration.ofSeconds(5)).within(limit),
        failure -> failure instanceof SQLException e && of(e) == TRANSIENT,
        RetryClock.SYSTEM);
  }

  /** By the state's class; PostgreSQL's documentation, appendix A. */
  static SqlFailure of(SQLException e) {
    String state = e.getSQLState();
    if (state == null || RACES.contains(state)) {
      return TRANSIENT;
    }
    return switch (state.substring(0, Math.min(2, state.length()))) {
      // Connection, transaction (timed out, or its server became a replica), insufficient resources
      // (memory, disk, connections), operator, system.
      case "08", "25", "53", "57", "58" -> TRANSIENT;
      // Data exception, integrity (a check, no partition for the row).
      case "22", "23" -> BAD_ROW;
      default -> PERMANENT;
    };
  }
}
