package dev.kinebeam.program.database;

import dev.kinebeam.program.config.Environment;
import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Dependency;
import dev.kinebeam.schemas.Masked;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import org.jdbi.v3.core.Handle;
import org.postgresql.Driver;

/**
 * Where the database is and how to log in. It travels inside a submitted job, so that workers need
 * no environment of their own. Neither it nor the messages of its connections print a secret.
 *
 * @param url {@code jdbc:postgresql://…}
 * @param password empty for a database that asks for none
 */
public record DatabaseSettings(String url, String user, String password) implements Serializable {
  public static final String URL = "DATABASE_URL";
  public static final String USER = "DATABASE_USER";
  public static final String PASSWORD = "DATABASE_PASSWORD";

  /** What a probe reads besides, while it has a connection. */
  @FunctionalInterface
  public interface Reading {
    void read(Handle handle) throws SQLException;
  }

  /**
   * From {@value #URL}, {@value #USER} and {@value #PASSWORD}.
   *
   * @param usualUser where the environment names none
   * @throws IllegalArgumentException when there is no address or no password; a password that is
   *     set to nothing is for databases that ask for none
   */
  public static DatabaseSettings fromEnvironment(
      Map<String, String> environment, String usualUser) {
    Environment env = Environment.of(environment);
    String url =
        env.required(URL, "set the address of the catalogue's database (jdbc:postgresql://…)");
    String user = env.orElse(USER, usualUser);
    String password =
        env.secret(PASSWORD)
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        PASSWORD + " is not set: set the password of the login " + user));
    return new DatabaseSettings(url, user, password);
  }

  /** A connection for writing: auto-commit is off, and an idle transaction ends after 10 s. */
  public Connection connect() throws SQLException {
    Properties properties = properties("kinebeam", 10, 60);
    // A writer that died silently must not keep its locks, even where its role has no such limit.
    properties.setProperty("options", "-c idle_in_transaction_session_timeout=10s");
    Connection connection = connect(properties);
    connection.setAutoCommit(false);
    return connection;
  }

  /** As {@link #connect()}, for statements by Jdbi. */
  public DatabaseSession session() throws SQLException {
    DatabaseSession session = DatabaseSession.over(connect());
    // Opening it may have asked for types, which begins a transaction.
    session.rollback();
    return session;
  }

  /**
   * A connection with time limits of its own, which commits each statement.
   *
   * @param connectSeconds the longest wait for the connection
   * @param silenceSeconds the longest wait for an answer
   */
  public Connection connect(int connectSeconds, int silenceSeconds) throws SQLException {
    return connect(properties("kinebeam", connectSeconds, silenceSeconds));
  }

  /**
   * Watches the database from this process until closed.
   *
   * @param waiting what does not proceed without it
   */
  public Dependencies.Watch watch(Dependencies dependencies, String waiting) {
    return watch(dependencies, waiting, handle -> {});
  }

  /** As {@link #watch(Dependencies, String)}; each probe also reads, within the same time. */
  public Dependencies.Watch watch(Dependencies dependencies, String waiting, Reading reading) {
    return dependencies.watch(
        Dependency.postgresql(url), waiting, () -> () -> requireAnswer(reading));
  }

  /** Over a connection of its own: those of a pool may be at work, or not respond. */
  private void requireAnswer(Reading reading) throws SQLException {
    int limit = (int) Dependencies.ANSWER_WITHIN.toSeconds();
    try (Connection connection = connect(properties("kinebeam-probe", limit, limit))) {
      if (!connection.isValid(limit)) {
        throw new SQLException("a new connection does not answer");
      }
      DatabaseSession.over(connection)
          .read(
              handle -> {
                reading.read(handle);
                return true;
              });
    }
  }

  private Properties properties(String application, int connectSeconds, int silenceSeconds) {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", application);
    properties.setProperty("connectTimeout", Integer.toString(connectSeconds));
    properties.setProperty("socketTimeout", Integer.toString(silenceSeconds));
    properties.setProperty("tcpKeepAlive", "true");
    // The detail of a refusal quotes the whole row; messages go to logs and dead letters.
    properties.setProperty("logServerErrorDetail", "false");
    return properties;
  }

  private Connection connect(Properties properties) throws SQLException {
    try {
      // By class: DriverManager does not see what only a job's class loader has.
      Connection connection = new Driver().connect(url, properties);
      if (connection == null) {
        throw new SQLException(
            "the address of the database is %s; it must begin with jdbc:postgresql:"
                .formatted(Masked.address(url)));
      }
      return connection;
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
    return "DatabaseSettings[url=%s, user=%s, password=%s]"
        .formatted(Masked.address(url), user, Masked.SECRET);
  }
}
