package dev.kinebeam.beam;

import dev.kinebeam.schemas.event.DeadLetter;
import java.sql.SQLException;
import java.util.IdentityHashMap;

/**
 * Some rows of a batch must not be written, and it is known which and why: what a {@link RowSink}
 * throws so that the others can be written without them.
 */
public final class RefusedRows extends SQLException {
  private static final long serialVersionUID = 1L;

  private final transient IdentityHashMap<Object, DeadLetter> deadLetters;

  /**
   * @param deadLetters what is to be kept of each refused row; at least one, rows by identity
   */
  public RefusedRows(String reason, IdentityHashMap<Object, DeadLetter> deadLetters) {
    super(reason);
    if (deadLetters.isEmpty()) {
      throw new IllegalArgumentException("no row is refused: " + reason);
    }
    this.deadLetters = new IdentityHashMap<>(deadLetters);
  }

  boolean refuses(Object row) {
    return deadLetters.containsKey(row);
  }

  DeadLetter deadLetter(Object row) {
    return deadLetters.get(row);
  }
}
