package dev.kinebeam.beam;

import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.transforms.SerializableFunction;

/**
 * One column of a table that rows are merged into.
 *
 * @param type its SQL type, for casts
 * @param mergeFunction the SQL expression that decides when a row is there already: {@code s} is
 *     the stored row, {@code n} the new one. A merge function must not depend on which of two rows
 *     comes first, as far as the columns show
 * @param value the value of a row; null becomes SQL's null
 */
public record Column<R>(
    String name, String type, String mergeFunction, SerializableFunction<R, Object> value)
    implements Serializable {

  /** The greater of the two; null yields. */
  public static String greatest(String column) {
    return "greatest(s." + column + ", n." + column + ")";
  }

  /** The lesser of the two; null yields. */
  public static String least(String column) {
    return "least(s." + column + ", n." + column + ")";
  }

  /** True once true. */
  public static String ever(String column) {
    return "s." + column + " OR n." + column;
  }

  /** Both lists, each text once, sorted by its bytes; the first {@code most} of them. */
  public static String union(String column, int most) {
    return """
    ARRAY(SELECT u.t FROM (SELECT DISTINCT t COLLATE "C" AS t
            FROM unnest(s.%1$s || n.%1$s) AS t) AS u ORDER BY u.t LIMIT %2$d)\
    """
        .formatted(column, most);
  }

  /**
   * The new row's value if {@code condition} holds, else the stored one; null yields to a value.
   */
  public static String preferNewIf(String condition, String column) {
    return "CASE WHEN %1$s THEN coalesce(n.%2$s, s.%2$s) ELSE coalesce(s.%2$s, n.%2$s) END"
        .formatted(condition, column);
  }

  /**
   * As {@link #preferNewIf} for columns that one event reports together: either all of them come
   * from the new row or none does; a row in which all are null yields.
   */
  public static String preferNewGroupIf(String condition, String column, List<String> group) {
    String reported = "num_nonnulls(%1$s." + String.join(", %1$s.", group) + ")";
    return "CASE WHEN %1$s > 0 AND (%2$s = 0 OR %3$s) THEN n.%4$s ELSE s.%4$s END"
        .formatted(reported.formatted("n"), reported.formatted("s"), condition, column);
  }

  /** As {@link #preferNewIf}, but a null of the preferred row stays. */
  public static String replaceIf(String condition, String column) {
    return "CASE WHEN %1$s THEN n.%2$s ELSE s.%2$s END".formatted(condition, column);
  }
}
