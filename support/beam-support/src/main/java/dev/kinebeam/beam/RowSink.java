package dev.kinebeam.beam;

import java.io.Serializable;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jdbi.v3.core.Handle;

/** Where rows go. */
public interface RowSink<R> extends Serializable {
  /** What makes two rows the same row of the table. */
  Comparable<?> key(R row);

  /**
   * Whether {@code newer} contains everything that {@code older} does, so that one write is enough.
   */
  boolean covers(R newer, R older);

  /** What the rows are, as messages call them. */
  String what();

  /**
   * When the gateway received the newest event in the row, in milliseconds since the epoch; empty
   * for rows that were not written because of an event.
   */
  default OptionalLong receivedAtMs(R row) {
    return OptionalLong.empty();
  }

  /**
   * What names the row in a dead letter: enough to compute it again from the archive, and nothing
   * that was measured of a patient.
   */
  Map<String, Object> reference(R row);

  /**
   * Merges rows of different keys, sorted by key, into the table. Does not commit. Writing rows
   * again, or in another order, leaves the same table.
   *
   * @throws RefusedRows when some rows must not be written; nothing of the batch is committed then
   */
  void write(Handle handle, List<R> rows) throws SQLException;
}
