package dev.kinebeam.beam;

import dev.kinebeam.program.database.DatabaseSettings;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Reads from the database over a connection of each reading's own, and waits, as the writers do,
 * while the database cannot be reached.
 */
public final class PatientReader implements Serializable {
  private static final long serialVersionUID = 1L;

  private final DatabaseSettings database;
  private final Duration patience;

  /** What is asked. */
  @FunctionalInterface
  public interface Query<T> {
    T run(Connection connection) throws SQLException;
  }

  private PatientReader(DatabaseSettings database, Duration patience) {
    this.database = database;
    this.patience = patience;
  }

  /** Waits up to {@code patience} for the database. */
  public static PatientReader of(DatabaseSettings database, Duration patience) {
    return new PatientReader(database, patience);
  }

  /**
   * Asks until there is an answer.
   *
   * @throws SQLException when patience is at an end, or asking again would not help
   */
  public <T> T read(Query<T> query) throws SQLException, InterruptedException {
    return SqlFailure.retrier(patience).call(() -> readOnce(query));
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
