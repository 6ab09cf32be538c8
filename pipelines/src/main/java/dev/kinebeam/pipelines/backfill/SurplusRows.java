package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.program.database.DatabaseSession;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;

/** Rows of the range that no record of the archive accounts for. */
final class SurplusRows {
  private static final String SESSIONS = "media_session_metrics";
  private static final String WAITS = "media_waits";

  private SurplusRows() {}

  /**
   * The report with what the tables hold beyond it. Stalls are only counted when no session of the
   * range runs any more: the stream may know of stalls that are not archived yet.
   */
  static BackfillReport added(BackfillReport report, BackfillSettings settings)
      throws SQLException {
    Map<String, Long> differences = new TreeMap<>(report.differences());
    try (DatabaseSession session = settings.database().session()) {
      long sessions = session.read(handle -> count(handle, settings, ""));
      add(differences, SESSIONS, sessions - report.sessions() + report.missing(SESSIONS));
      if (report.running() == 0) {
        String stalls = " JOIN " + WAITS + " b USING (session_id)";
        long stored = session.read(handle -> count(handle, settings, stalls));
        add(differences, WAITS, stored - report.stalls() + report.missing(WAITS));
      }
    }
    return report.withDifferences(differences);
  }

  private static void add(Map<String, Long> differences, String table, long surplus) {
    if (surplus > 0) {
      differences.put(table + BackfillReport.TOO_MANY, surplus);
    }
  }

  private static long count(Handle handle, BackfillSettings settings, String join) {
    return handle
        .createQuery(
            "SELECT count(*) FROM media_session_metrics s"
                + join
                + " WHERE s.started_at >= :from::timestamptz AND s.started_at < :to::timestamptz"
                + " AND (:org::uuid IS NULL OR s.org_id = :org::uuid)")
        .bind("from", settings.sessions().from().toString())
        .bind("to", settings.sessions().to().toString())
        .bind("org", settings.sessions().org().map(Object::toString).orElse(null))
        .mapTo(Long.class)
        .one();
  }
}
