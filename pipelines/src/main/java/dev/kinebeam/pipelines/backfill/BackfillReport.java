package dev.kinebeam.pipelines.backfill;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a backfill did.
 *
 * @param objects read
 * @param records read, each once
 * @param refused records that are no events; the stream has made dead letters of them
 * @param sessions begun in the range
 * @param running those of them that have not ended by the archive's horizon
 * @param stalls of the sessions
 * @param notWritten rows that the database refused
 * @param broken objects that could not be read to their end, each with the reason
 * @param differences rows by what differs, as {@code table.column}, {@code table (row missing)} or
 *     {@code table (row too many)}; empty unless rows were compared
 */
public record BackfillReport(
    long objects,
    long records,
    long refused,
    long sessions,
    long running,
    long stalls,
    long notWritten,
    List<String> broken,
    Map<String, Long> differences) {
  static final String MISSING = " (row missing)";
  static final String TOO_MANY = " (row too many)";

  public BackfillReport {
    broken = List.copyOf(broken);
    differences = new TreeMap<>(differences);
  }

  /** Nothing was broken, refused by the database or different. */
  public boolean isClean() {
    return broken.isEmpty() && notWritten == 0 && differences.isEmpty();
  }

  /** How many columns differ in some row, missing rows and rows too many counted as one each. */
  public int differingColumns() {
    return differences.size();
  }
}
