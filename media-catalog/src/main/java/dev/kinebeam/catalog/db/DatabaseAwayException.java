package dev.kinebeam.catalog.db;

import java.sql.SQLException;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.JdbiException;

/** The database cannot be reached or has no room now; trying later may help. */
public final class DatabaseAwayException extends JdbiException {
  private static final long serialVersionUID = 1L;

  private DatabaseAwayException(JdbiException cause) {
    super("the database is unavailable", cause);
  }

  /** {@code e}, as a failure of this kind if it is one. */
  static JdbiException told(JdbiException e) {
    return e instanceof ConnectionException || isAway(e) ? new DatabaseAwayException(e) : e;
  }

  /** By the state's class; PostgreSQL's documentation, appendix A. */
  private static boolean isAway(Throwable failure) {
    for (Throwable e = failure; e != null; e = e.getCause()) {
      String state = e instanceof SQLException sql ? sql.getSQLState() : null;
      // Connection, insufficient resources, shutting down or starting up, cancelled for its time.
      if (state != null
          && (state.startsWith("08") || state.startsWith("53") || state.startsWith("57"))) {
        return true;
      }
    }
    return false;
  }
}
