package dev.kinebeam.pipelines.backfill;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** Rows of the range that no record of the archive accounts for. */
final class RowsTooMany {
  private static final String SESSIONS = "media_session_metrics";
  private static final String STALLS = "media_buffering_events";

  private RowsTooMany() {}

  /**
   * The report with what the tables hold beyond it. Stalls are only counted when no session of the
   * range runs any more: the stream may know of stalls that are not archived yet.
   */
  static BackfillReport added(BackfillReport report, BackfillSettings settings)
      throws SQLException {
    Map<String, Long> differences = new TreeMap<>(report.differences());
    try (Connection connection = settings.database().connect()) {
      add(differences, SESSIONS, report.sessions(), count(connection, settings, "count(*)", ""));
      if (report.running() == 0) {
        String stalls = " JOIN " + STALLS + " b USING (session_id)";
        add(differences, STALLS, report.stalls(), count(connection, settings, "count(*)", stalls));
      }
    }
    return new BackfillReport(
        report.objects(),
        report.records(),
        report.refused(),
        report.sessions(),
        report.running(),
        report.stalls(),
        report.notWritten(),
        report.broken(),
        differences);
  }

  private static void add(Map<String, Long> differences, String table, long computed, long stored) {
    long matched = computed - differences.getOrDefault(table + BackfillReport.MISSING, 0L);
    if (stored > matched) {
      differences.put(table + BackfillReport.TOO_MANY, stored - matched);
    }
  }

  private static long count(
      Connection connection, BackfillSettings settings, String what, String join)
      throws SQLException {
    String sql =
        "SELECT "
            + what
            + " FROM media_session_metrics s"
            + join
            + " WHERE s.started_at >= ?::timestamptz AND s.started_at < ?::timestamptz"
            + " AND (?::uuid IS NULL OR s.org_id = ?::uuid)";
    String org = settings.sessions().org().map(Object::toString).orElse(null);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, settings.sessions().from().toString());
      statement.setString(2, settings.sessions().to().toString());
      statement.setString(3, org);
      statement.setString(4, org);
      try (ResultSet found = statement.executeQuery()) {
        found.next();
        return found.getLong(1);
      }
    }
  }
}
