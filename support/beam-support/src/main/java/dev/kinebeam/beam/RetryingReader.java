package dev.kinebeam.beam;

import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import java.io.Serializable;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Reads from the database over a connection of each reading's own, and waits, as the writers do,
 * while the database cannot be reached.
 */
public final class RetryingReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final DatabaseSettings database;
  private final Duration timeLimit;

  private RetryingReader(DatabaseSettings database, Duration timeLimit) {
    this.database = database;
    this.timeLimit = timeLimit;
  }

  /** Waits up to {@code timeLimit} for the database. */
  public static RetryingReader of(DatabaseSettings database, Duration timeLimit) {
    return new RetryingReader(database, timeLimit);
  }

  /**
   * Asks until there is an answer.
   *
   * @throws SQLException when the time limit is reached, or another attempt would not help
   */
  public <T> T read(DatabaseSession.Work<T> query) throws SQLException, InterruptedException {
    return SqlFailure.retrier(timeLimit).call(() -> readOnce(query));
  }

  /** Asks once, without retries. */
  public <T> T readOnce(DatabaseSession.Work<T> query) throws SQLException {
    try (DatabaseSession session = database.session()) {
      return session.read(query);
    }
  }
}
