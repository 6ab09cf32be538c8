package dev.kinebeam.catalog.db;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An advisory lock of one database session, by which one of several programs is chosen to do a
 * task. Its connection does not come from the pool, has no other use and is in autocommit, so that
 * no transaction stays open while the lock is held.
 *
 * <p>The server releases the lock when the connection ends: when it is closed, when it breaks, or
 * when {@link #isHeld} was not called for a minute, since a program that hangs keeps its connection
 * open. The former holder learns that from {@link #isHeld} alone, so a task that may not be done
 * twice needs a guard of its own. Not thread-safe.
 */
public final class SessionLock implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SessionLock.class);
  private static final int ANSWER_WITHIN_SECONDS = 2;

  private static final String HELD =
      """
      SELECT EXISTS (
        SELECT FROM pg_locks
         WHERE locktype = 'advisory' AND granted AND pid = pg_backend_pid() AND objsubid = 1
           AND (classid::bigint << 32 | objid::bigint) = hashtext(?)::bigint)
      """;

  private final Connection connection;
  private final String name;

  private SessionLock(Connection connection, String name) {
    this.connection = connection;
    this.name = name;
  }

  /** Takes the lock if it is free; closes the connection otherwise. */
  static Optional<SessionLock> tryTake(Connection connection, String name) throws SQLException {
    SessionLock lock = new SessionLock(connection, name);
    boolean taken = false;
    try {
      connection.setAutoCommit(true);
      try (Statement set = connection.createStatement()) {
        set.execute("SET idle_session_timeout = '60s'");
      }
      taken = lock.ask("SELECT pg_try_advisory_lock(hashtext(?))");
    } finally {
      if (!taken) {
        connection.close();
      }
    }
    return taken ? Optional.of(lock) : Optional.empty();
  }

  /** Whether the server still holds the lock for this session; false when it does not answer. */
  public boolean isHeld() {
    try {
      return ask(HELD);
    } catch (SQLException e) {
      LOG.warn("the connection that holds the lock {} failed: {}", name, e.getMessage());
      return false;
    }
  }

  private boolean ask(String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setQueryTimeout(ANSWER_WITHIN_SECONDS);
      statement.setString(1, name);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Releases the lock by ending its connection. */
  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      LOG.warn("the connection that held the lock {} does not close: {}", name, e.getMessage());
    }
  }
}
