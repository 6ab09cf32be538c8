package dev.kinebeam.program.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.statement.StatementExceptions;
import org.jdbi.v3.core.statement.StatementExceptions.MessageRendering;
import org.jdbi.v3.postgres.PostgresPlugin;

/**
 * One connection outside of any pool, for statements by Jdbi. Its failures are the driver's own,
 * since callers decide by the SQL state, and their messages have no value that was bound. After a
 * failure the caller rolls back or closes. Not thread-safe.
 */
public final class DatabaseSession implements AutoCloseable {
  private final Handle handle;

  /** Statements of one transaction. */
  @FunctionalInterface
  public interface Work<T> {
    T run(Handle handle) throws SQLException;
  }

  private DatabaseSession(Handle handle) {
    this.handle = handle;
  }

  /** Uses this connection, with its auto-commit as it is, and closes it at the end. */
  public static DatabaseSession over(Connection connection) {
    return new DatabaseSession(configured(Jdbi.create(() -> connection)).open());
  }

  /** {@code jdbi} with PostgreSQL's types, and without the bound values in its messages. */
  public static Jdbi configured(Jdbi jdbi) {
    return jdbi.installPlugin(new PostgresPlugin())
        .configure(StatementExceptions.class, it -> it.setMessageRendering(MessageRendering.NONE));
  }

  /** Runs {@code work} and commits. */
  public <T> T commit(Work<T> work) throws SQLException {
    return unwrapped(
        () -> {
          T result = work.run(handle);
          handle.commit();
          return result;
        });
  }

  /** Runs {@code work}, which only reads, and ends its transaction. */
  public <T> T read(Work<T> work) throws SQLException {
    return unwrapped(
        () -> {
          T result = work.run(handle);
          handle.rollback();
          return result;
        });
  }

  /** Takes back what was not committed. */
  public void rollback() throws SQLException {
    unwrapped(handle::rollback);
  }

  @Override
  public void close() throws SQLException {
    unwrapped(
        () -> {
          handle.close();
          return handle;
        });
  }

  /** What the driver said, when that is why Jdbi failed. */
  private static Optional<SQLException> driverError(JdbiException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException driver) {
        return Optional.of(driver);
      }
    }
    return Optional.empty();
  }

  private interface Call<T> {
    T run() throws SQLException;
  }

  private static <T> T unwrapped(Call<T> call) throws SQLException {
    try {
      return call.run();
    } catch (JdbiException e) {
      throw driverError(e).orElseThrow(() -> e);
    }
  }
}
