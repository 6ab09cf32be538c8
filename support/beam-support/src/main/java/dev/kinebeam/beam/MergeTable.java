package dev.kinebeam.beam;

import java.io.Serializable;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/**
 * A table of PostgreSQL (15 or later) that takes many rows in one statement: a {@code MERGE} from
 * arrays, one array for each column. A row that exists already is merged by the merge function of
 * each column; the key need not be the primary key, so a row can move between partitions on the
 * way. The statement has tens of kilobytes, which Jdbi would render and look up for each batch, so
 * it runs by JDBC alone.
 *
 * @param key the columns that identify an existing row; they must have an index
 * @param owner columns that must agree: a row that is there under another owner is left alone
 * @param wanted a condition in SQL on a new row {@code n}; a row that does not meet it is left out
 */
public record MergeTable<R>(
    String name, List<String> key, List<String> owner, List<Column<R>> columns, String wanted)
    implements Serializable {
  private static final String TEXTS = "text[]";
  private static final String LINE = ",\n    ";

  public MergeTable {
    key = List.copyOf(key);
    owner = List.copyOf(owner);
    columns = List.copyOf(columns);
  }

  /** A table that takes every row, and whose rows anybody may complete. */
  public MergeTable(String name, List<String> key, List<Column<R>> columns) {
    this(name, key, List.of(), columns, "true");
  }

  /**
   * Merges {@code rows}, no two of one key, in one statement. From here to the end of the
   * transaction no other writer merges into this table: no constraint keeps two of them from
   * inserting one key with two beginnings, and the writer of a worker that was given up may still
   * be at work when its successor begins.
   *
   * @return how many were merged: fewer than {@code rows} when some are there under another owner
   *     or are not wanted
   */
  public int merge(Handle handle, List<R> rows) throws SQLException {
    Connection connection = handle.getConnection();
    String lock = "SELECT pg_advisory_xact_lock(hashtext(?))";
    try (PreparedStatement statement = connection.prepareStatement(lock)) {
      statement.setString(1, name);
      statement.execute();
    }
    try (PreparedStatement statement = connection.prepareStatement(mergeStatement())) {
      for (int i = 0; i < columns.size(); i++) {
        statement.setArray(i + 1, array(connection, columns.get(i), rows));
      }
      return statement.executeUpdate();
    }
  }

  private Array array(Connection connection, Column<R> column, List<R> rows) throws SQLException {
    Object[] values = new Object[rows.size()];
    boolean texts = column.type().equals(TEXTS);
    for (int i = 0; i < values.length; i++) {
      Object value = column.value().apply(rows.get(i));
      values[i] = texts ? arrayLiteral((List<?>) value) : value;
    }
    return connection.createArrayOf(transport(column), values);
  }

  private static String arrayLiteral(List<?> texts) {
    StringBuilder out = new StringBuilder("{");
    for (Object text : texts) {
      out.append(out.length() > 1 ? ",\"" : "\"");
      out.append(text.toString().replace("\\", "\\\\").replace("\"", "\\\"")).append('"');
    }
    return out.append('}').toString();
  }

  /**
   * Arrays of arrays must be rectangles in SQL, so a list travels as one text and is cast there.
   */
  private String transport(Column<R> column) {
    return column.type().equals(TEXTS) ? "text" : column.type();
  }

  /**
   * Compares {@code rows}, no two of one key, with the table, in which nothing is changed: for each
   * row, in the given order, the names of the columns in which the stored one differs.
   */
  public List<RowDifference> differences(Handle handle, List<R> rows) throws SQLException {
    Connection connection = handle.getConnection();
    List<RowDifference> found = new ArrayList<>(rows.size());
    try (PreparedStatement statement = connection.prepareStatement(differencesSql())) {
      for (int i = 0; i < columns.size(); i++) {
        statement.setArray(i + 1, array(connection, columns.get(i), rows));
      }
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          String[] names = (String[]) row.getArray(2).getArray();
          found.add(new RowDifference(row.getBoolean(1), List.of(names)));
        }
      }
    }
    return found;
  }

  private String differencesSql() {
    String selected =
        columns.stream()
            .map(c -> transported(c) + " AS " + c.name())
            .collect(Collectors.joining(", "));
    String same =
        key.stream().map(c -> "s.%1$s = n.%1$s".formatted(c)).collect(Collectors.joining(" AND "));
    return """
    SELECT s.%1$s IS NULL,
           array_remove(ARRAY[%2$s], NULL)
    FROM (SELECT nth, %3$s
          FROM unnest(%4$s) WITH ORDINALITY AS t(%5$s, nth)) AS n
    LEFT JOIN %6$s AS s ON %7$s
    ORDER BY n.nth\
    """
        .formatted(
            key.get(0),
            each("CASE WHEN s.%1$s IS DISTINCT FROM n.%1$s THEN '%1$s' END", Column::name, ", "),
            selected,
            each("?::%s[]", this::transport, ", "),
            each("%s", Column::name, ", "),
            name,
            same);
  }

  private String transported(Column<R> column) {
    return column.type().equals(TEXTS) ? column.name() + "::text[]" : column.name();
  }

  /** The statement that {@link #merge} runs, with one array as parameter for each column. */
  public String mergeStatement() {
    String parameters = each("?::%s[]", this::transport, LINE);
    String names = each("%s", Column::name, LINE);
    String selected =
        columns.stream()
            .map(c -> c.type().equals(TEXTS) ? c.name() + "::text[] AS " + c.name() : c.name())
            .collect(Collectors.joining(LINE));
    String mergeFunctions =
        columns.stream()
            .filter(c -> !key.contains(c.name()))
            .map(c -> c.name() + " = " + c.mergeFunction())
            .collect(Collectors.joining(",\n    "));
    String same =
        key.stream().map(c -> "s.%1$s = n.%1$s".formatted(c)).collect(Collectors.joining(" AND "));
    String mine =
        owner.stream().map(c -> " AND s.%1$s = n.%1$s".formatted(c)).collect(Collectors.joining());
    return """
    MERGE INTO %1$s AS s
    USING (SELECT * FROM (SELECT %2$s FROM unnest(%3$s) AS t(%4$s)) AS n WHERE %9$s) AS n
    ON %5$s
    WHEN MATCHED%8$s THEN UPDATE SET
        %6$s,
        updated_at = now()
    WHEN NOT MATCHED THEN INSERT (%4$s) VALUES (%7$s)\
    """
        .formatted(
            name,
            selected,
            parameters,
            names,
            same,
            mergeFunctions,
            each("n.%s", Column::name, LINE),
            mine,
            wanted);
  }

  private String each(String format, Function<Column<R>, String> part, String separator) {
    return columns.stream()
        .map(column -> format.formatted(part.apply(column)))
        .collect(Collectors.joining(separator));
  }
}
