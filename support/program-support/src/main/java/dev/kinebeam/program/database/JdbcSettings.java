package dev.kinebeam.program.database;

import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Dependency;
import dev.kinebeam.schemas.Masked;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;

/**
 * How to reach the database. It travels inside the submitted job, so that workers need no
 * environment of their own; {@link #toString} hides its secrets.
 *
 * @param url {@code jdbc:postgresql://…}
 */
public record JdbcSettings(String url, String user, String password) implements Serializable {
  /** A connection with auto-commit off. */
  public Connection connect() throws SQLException {
    Connection connection = connect(10, 60);
    connection.setAutoCommit(false);
    return connection;
  }

  /**
   * Watches the database from this process until closed.
   *
   * @param waiting what stands still without it
   */
  public Dependencies.Watch watch(String waiting) {
    return Dependencies.PROCESS.watch(
        Dependency.postgresql(url), waiting, () -> this::requireAnswer);
  }

  /** A connection of its own: those that are open may be at work, or hang. */
  private void requireAnswer() throws SQLException {
    int limit = (int) Dependencies.ANSWER_WITHIN.toSeconds();
    try (Connection connection = connect(limit, limit)) {
      if (!connection.isValid(limit)) {
        throw new SQLException("a new connection does not answer");
      }
    }
  }

  private Connection connect(int connectSeconds, int silenceSeconds) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", "kinebeam-pipeline");
    properties.setProperty("connectTimeout", Integer.toString(connectSeconds));
    properties.setProperty("socketTimeout", Integer.toString(silenceSeconds));
    properties.setProperty("tcpKeepAlive", "true");
    // The detail of a refusal quotes the whole row; messages go to logs and dead letters.
    properties.setProperty("logServerErrorDetail", "false");
    // A writer that died without a word must not keep its locks, also where the role has no
    // setting.
    properties.setProperty("options", "-c idle_in_transaction_session_timeout=10s");
    try {
      return DriverManager.getConnection(url, properties);
    } catch (SQLException e) {
      String message = Masked.message(e.getMessage(), url);
      // Without its cause, which has the address too.
      throw Objects.equals(message, e.getMessage())
          ? e
          : new SQLException(message, e.getSQLState());
    }
  }

  @Override
  public String toString() {
    return "JdbcSettings[url=%s, user=%s, password=%s]"
        .formatted(Masked.address(url), user, Masked.SECRET);
  }
}
