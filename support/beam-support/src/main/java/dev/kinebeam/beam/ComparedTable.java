package dev.kinebeam.beam;

import java.io.Serializable;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** A table that rows can be compared with. */
public interface ComparedTable<R> extends Serializable {
  /** Its name. */
  String name();

  /** For each row, in this order, how the stored row of its key differs; changes nothing. */
  List<RowDifference> differences(Handle handle, List<R> rows) throws SQLException;
}
