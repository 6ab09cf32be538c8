package dev.kinebeam.catalog.db;

import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Set;
import org.postgresql.util.PSQLException;

/** Whether a connection's answers were all read when a failure left its borrower. */
final class AnswersRead {
  private AnswersRead() {}

  /**
   * True when PostgreSQL refused a statement, since the driver reads such an answer to its end, and
   * when the borrower's own checked exception left a transaction. False for the rest: an {@link
   * Error} may have come in the middle of an answer, and a value of the wrong type may be another
   * statement's.
   */
  static boolean allBefore(Throwable failure) {
    boolean refused = false;
    boolean ofDriver = false;
    Deque<Throwable> open = new ArrayDeque<>(Set.of(failure));
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    while (!open.isEmpty()) {
      Throwable one = open.pop();
      if (!seen.add(one)) {
        continue;
      }
      if (one instanceof Error) {
        return false;
      }
      if (one instanceof SQLException) {
        boolean ofServer = one instanceof PSQLException e && e.getServerErrorMessage() != null;
        refused |= ofServer;
        ofDriver |= !ofServer;
      }
      if (one.getCause() != null) {
        open.push(one.getCause());
      }
      for (Throwable suppressed : one.getSuppressed()) {
        open.push(suppressed);
      }
    }
    return !ofDriver && (refused || !(failure instanceof RuntimeException));
  }
}
