package dev.kinebeam.pipelines.backfill;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

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
    try (Connection connection = settings.database().connect()) {
      long sessions = count(connection, settings, "count(*)", "");
      add(differences, SESSIONS, sessions - report.sessions() + report.missing(SESSIONS));
      if (report.running() == 0) {
        String stalls = " JOIN " + WAITS + " b USING (session_id)";
        long stored = count(connection, settings, "count(*)", stalls);
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
