package dev.kinebeam.catalog.db;

import dev.kinebeam.program.database.DatabaseSession;
import java.sql.Connection;
import java.sql.SQLException;
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
           AND (classid::bigint << 32 | objid::bigint) = hashtext(:name)::bigint)
      """;

  private final DatabaseSession session;
  private final String name;

  private SessionLock(DatabaseSession session, String name) {
    this.session = session;
    this.name = name;
  }

  /** Takes the lock if it is free; closes the connection otherwise. */
  static Optional<SessionLock> tryTake(Connection connection, String name) throws SQLException {
    connection.setAutoCommit(true);
    DatabaseSession session = DatabaseSession.over(connection);
    SessionLock lock = new SessionLock(session, name);
    boolean taken = false;
    try {
      session.read(handle -> handle.execute("SET idle_session_timeout = '60s'"));
      taken = lock.ask("SELECT pg_try_advisory_lock(hashtext(:name))");
    } finally {
      if (!taken) {
        session.close();
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
    return session.read(
        handle ->
            handle
                .createQuery(sql)
                .setQueryTimeout(ANSWER_WITHIN_SECONDS)
                .bind("name", name)
                .mapTo(Boolean.class)
                .one());
  }

  /** Releases the lock by ending its connection. */
  @Override
  public void close() {
    try {
      session.close();
    } catch (SQLException e) {
      LOG.warn("the connection that held the lock {} does not close: {}", name, e.getMessage());
    }
  }
}
