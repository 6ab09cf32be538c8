package dev.kinebeam.beam;

import java.util.List;

/**
 * How a row differs from the stored one of its key.
 *
 * @param missing there is none
 * @param columns the names of those that differ; all that are not null when the row is missing
 */
public record RowDifference(boolean missing, List<String> columns) {
  public RowDifference {
    columns = List.copyOf(columns);
  }
}
