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

  private final transient IdentityHashMap<Object, DeadLetter> letters;

  /**
   * @param letters what is to be kept of each refused row; at least one, rows by identity
   */
  public RefusedRows(String reason, IdentityHashMap<Object, DeadLetter> letters) {
    super(reason);
    if (letters.isEmpty()) {
      throw new IllegalArgumentException("no row is refused: " + reason);
    }
    this.letters = new IdentityHashMap<>(letters);
  }

  boolean refuses(Object row) {
    return letters.containsKey(row);
  }

  DeadLetter letter(Object row) {
    return letters.get(row);
  }
}
