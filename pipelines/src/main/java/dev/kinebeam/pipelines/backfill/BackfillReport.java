package dev.kinebeam.pipelines.backfill;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a backfill did.
 *
 * @param objects read
 * @param records read, each once
 * @param refused records that are not events; the stream has made dead letters of them
 * @param sessions begun in the range
 * @param running those of them that have not ended by the archive's horizon
 * @param stalls of the sessions
 * @param notWritten rows that the database refused
 * @param broken objects that could not be read to their end, each with the reason
 * @param differences rows by what differs, as {@code table.column}, {@code table (row missing)} or
 *     {@code table (row too many)}; empty unless rows were compared
 * @param absent rows that are rightly not there, by why, as {@code table (erased)}, {@code table
 *     (past retention)} or {@code table (not yet written)}; empty unless rows were compared
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
    Map<String, Long> differences,
    Map<String, Long> absent) {
  static final String MISSING = " (row missing)";
  static final String TOO_MANY = " (row too many)";

  public BackfillReport {
    broken = List.copyOf(broken);
    differences = new TreeMap<>(differences);
    absent = new TreeMap<>(absent);
  }

  /** Nothing was broken, refused by the database or different. */
  public boolean isClean() {
    return broken.isEmpty() && notWritten == 0 && differences.isEmpty();
  }

  /** The same with what the comparison of whole tables has found. */
  BackfillReport withDifferences(Map<String, Long> all) {
    return new BackfillReport(
        objects, records, refused, sessions, running, stalls, notWritten, broken, all, absent);
  }

  /** How many rows of a table are not there, for whatever reason. */
  long missing(String table) {
    long expected =
        absent.entrySet().stream()
            .filter(kind -> kind.getKey().startsWith(table + " ("))
            .mapToLong(Map.Entry::getValue)
            .sum();
    return expected + differences.getOrDefault(table + MISSING, 0L);
  }

  /** How many columns differ in some row, missing rows and rows too many counted as one each. */
  public int differingColumns() {
    return differences.size();
  }
}
