package dev.kinebeam.catalog.db;

import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Dependency;
import dev.kinebeam.schemas.Masked;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.Properties;
import org.postgresql.Driver;

/** Probes a database over connections of its own: those of a pool may be at work, or hang. */
public final class DatabaseWatch {
  private DatabaseWatch() {}

  /** What a probe reads beside, while it has a connection. */
  @FunctionalInterface
  public interface Reading {
    void read(Connection connection) throws SQLException;
  }

  /**
   * Watches the database until closed.
   *
   * @param waiting what stands still without it
   */
  public static Dependencies.Watch over(
      DatabaseConfig config, Dependencies dependencies, String waiting) {
    return over(config, dependencies, waiting, connection -> {});
  }

  /** The same, and every probe reads something too, within the same time. */
  public static Dependencies.Watch over(
      DatabaseConfig config, Dependencies dependencies, String waiting, Reading reading) {
    return dependencies.watch(
        Dependency.postgresql(config.url()), waiting, () -> () -> probe(config, reading));
  }

  private static void probe(DatabaseConfig config, Reading reading) throws SQLException {
    String limit = Long.toString(Dependencies.ANSWER_WITHIN.toSeconds());
    Properties properties = new Properties();
    properties.setProperty("user", config.user());
    properties.setProperty("password", config.password());
    properties.setProperty("ApplicationName", "kinebeam-probe");
    properties.setProperty("connectTimeout", limit);
    properties.setProperty("socketTimeout", limit);
    // By class: DriverManager does not see what only a job's class loader has.
    try (Connection connection = new Driver().connect(config.url(), properties)) {
      if (connection == null || !connection.isValid((int) Dependencies.ANSWER_WITHIN.toSeconds())) {
        throw new SQLException("a new connection does not answer");
      }
      reading.read(connection);
    } catch (SQLException e) {
      String message = Masked.message(e.getMessage(), config.url());
      // Without its cause, which has the address too.
      throw Objects.equals(message, e.getMessage())
          ? e
          : new SQLException(message, e.getSQLState());
    }
  }
}
