package dev.kinebeam.beam;

import java.io.Serializable;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** A table that rows can be compared with. */
public interface ComparedTable<R> extends Serializable {
  /** Its name. */
  String name();

  /** For each row, in this order, how the stored row of its key differs; changes nothing. */
  List<RowDifference> differences(Connection connection, List<R> rows) throws SQLException;
}
