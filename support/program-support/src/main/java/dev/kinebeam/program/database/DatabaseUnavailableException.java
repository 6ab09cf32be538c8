package dev.kinebeam.program.database;

import dev.kinebeam.program.retry.TransientFailure;
import java.sql.SQLException;

/** The database cannot be reached or has no capacity now; a later attempt may succeed. */
public final class DatabaseUnavailableException extends RuntimeException
    implements TransientFailure {
  private static final long serialVersionUID = 1L;

  public DatabaseUnavailableException(Throwable cause) {
    super("the database is unavailable", cause);
  }

  /**
   * Whether an SQL state in the chain of causes says that the database is unavailable: a class of
   * PostgreSQL's documentation, appendix A.
   */
  public static boolean causedBy(Throwable failure) {
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
