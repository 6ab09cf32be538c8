package dev.kinebeam.beam;

import dev.kinebeam.program.database.JdbcSettings;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads from the database over a connection of each reading's own, and waits, as the writers do,
 * while the database cannot be reached.
 */
public final class PatientReader implements Serializable {
  private static final long serialVersionUID = 1L;
  private static final Logger LOG = LoggerFactory.getLogger(PatientReader.class);
  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 5_000;

  private final JdbcSettings database;
  private final Duration patience;

  /** What is asked. */
  @FunctionalInterface
  public interface Query<T> {
    T run(Connection connection) throws SQLException;
  }

  private PatientReader(JdbcSettings database, Duration patience) {
    this.database = database;
    this.patience = patience;
  }

  /** Waits up to {@code patience} for the database. */
  public static PatientReader of(JdbcSettings database, Duration patience) {
    return new PatientReader(database, patience);
  }

  /**
   * Asks until there is an answer.
   *
   * @throws SQLException when patience is at an end, or asking again would not help
   */
  public <T> T read(Query<T> query) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    long pause = FIRST_PAUSE_MS;
    int failures = 0;
    while (true) {
      try {
        return readOnce(query);
      } catch (SQLException e) {
        if (SqlFailure.of(e) != SqlFailure.MAY_HEAL
            || System.nanoTime() + pause * 1_000_000 > deadline) {
          throw e;
        }
        if (failures++ == 0) {
          LOG.warn("a reader waits for the database: {}", e.getMessage());
        }
        Thread.sleep(pause);
        pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
      }
    }
  }

  /** Asks once, without patience. */
  public <T> T readOnce(Query<T> query) throws SQLException {
    try (Connection connection = database.connect()) {
      T answer = query.run(connection);
      connection.rollback();
      return answer;
    }
  }
}
