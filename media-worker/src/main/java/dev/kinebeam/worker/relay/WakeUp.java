package dev.kinebeam.worker.relay;

import dev.kinebeam.program.database.DatabaseSettings;
import java.sql.SQLException;
import java.time.Duration;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.postgresql.PGConnection;

/** Waits for a notification of the database. Not thread-safe. */
final class WakeUp implements AutoCloseable {
  private static final int CONNECT_SECONDS = 3;
  private static final int SILENCE_SECONDS = 20;

  private final Handle handle;

  private WakeUp(Handle handle) {
    this.handle = handle;
  }

  /** Listens to a channel, on a connection of its own. */
  static WakeUp on(DatabaseSettings database, String channel) throws SQLException {
    Handle handle = Jdbi.open(database.connect(CONNECT_SECONDS, SILENCE_SECONDS));
    try {
      handle.execute("LISTEN " + channel);
      return new WakeUp(handle);
    } catch (JdbiException e) {
      handle.close();
      throw e;
    }
  }

  /**
   * Returns when a notification has come, or {@code atMost} is over.
   *
   * @throws SQLException when the connection is lost
   */
  void await(Duration atMost) throws SQLException {
    handle
        .getConnection()
        .unwrap(PGConnection.class)
        .getNotifications(Math.toIntExact(Math.max(1, atMost.toMillis())));
  }

  @Override
  public void close() {
    handle.close();
  }
}
