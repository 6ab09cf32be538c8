package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.beam.RetryingReader;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.AlertRule;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What PostgreSQL knows of an organisation that a job without state meets: so a fresh job is not
 * blind. The database is waited for, as the writers do.
 */
final class AlertHistory implements Serializable {
  private static final long serialVersionUID = 1L;

  private static final String SESSIONS =
      """
      SELECT session_id, started_at, events_seen, media_id, ttfb_ms, error_count,
             stall_duration_ms, watched_duration_seconds
        FROM media_session_metrics
       WHERE org_id = ? AND started_at >= ?
      """;

  private static final String OPEN =
      "SELECT rule, subject, opened_at FROM automations WHERE org_id = ? AND cleared_at IS NULL";

  private static final String RECORDED =
      """
      SELECT rule, subject, opened_at, cleared_at FROM automations
       WHERE org_id = ? AND (cleared_at IS NULL OR cleared_at >= ?)
       ORDER BY opened_at
      """;

  private final RetryingReader reader;

  AlertHistory(DatabaseSettings database, Duration timeout) {
    this.reader = RetryingReader.of(database, timeout);
  }

  /**
   * An organisation as the database knows it.
   *
   * @param episodes those that have not ended, by subject
   */
  record Known(Map<Subject, Episode> episodes, List<SessionIndicators> sessions) {}

  /**
   * Reads what is known of {@code orgId} and its sessions that began at {@code fromMs} or later.
   */
  Known of(UUID orgId, long fromMs) throws SQLException, InterruptedException {
    return reader.read(
        connection -> new Known(episodes(connection, orgId), sessions(connection, orgId, fromMs)));
  }

  /**
   * An automation as it is in the table.
   *
   * @param clearedAtMs null while its condition has not ended
   */
  record Recorded(Subject subject, long openedAtMs, Long clearedAtMs) {}

  /** What has not ended before {@code sinceMs}, by the time of its opening. */
  List<Recorded> recorded(UUID orgId, long sinceMs) throws SQLException, InterruptedException {
    return reader.read(
        connection -> {
          try (PreparedStatement query = connection.prepareStatement(RECORDED)) {
            query.setObject(1, orgId);
            query.setObject(2, utc(sinceMs));
            List<Recorded> recorded = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
              while (row.next()) {
                OffsetDateTime cleared = row.getObject("cleared_at", OffsetDateTime.class);
                recorded.add(
                    new Recorded(
                        subject(row), openedAt(row), cleared == null ? null : ms(cleared)));
              }
            }
            return recorded;
          }
        });
  }

  /** The organisations in which a condition holds, as far as the database knows. */
  List<UUID> orgsWithOpenAutomations() throws SQLException, InterruptedException {
    return reader.read(
        connection -> {
          try (PreparedStatement query =
                  connection.prepareStatement(
                      "SELECT DISTINCT org_id FROM automations WHERE cleared_at IS NULL");
              ResultSet rows = query.executeQuery()) {
            List<UUID> orgs = new ArrayList<>();
            while (rows.next()) {
              orgs.add(rows.getObject(1, UUID.class));
            }
            return orgs;
          }
        });
  }

  private static List<SessionIndicators> sessions(Connection connection, UUID orgId, long fromMs)
      throws SQLException {
    List<SessionIndicators> sessions = new ArrayList<>();
    try (PreparedStatement query = connection.prepareStatement(SESSIONS)) {
      query.setObject(1, orgId);
      query.setObject(2, utc(fromMs));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          sessions.add(
              new SessionIndicators(
                  row.getObject("session_id", UUID.class),
                  row.getObject("started_at", OffsetDateTime.class).toInstant().toEpochMilli(),
                  row.getInt("events_seen"),
                  row.getString("media_id"),
                  row.getObject("ttfb_ms", Long.class),
                  row.getLong("error_count") > 0,
                  row.getLong("stall_duration_ms"),
                  Math.round(row.getDouble("watched_duration_seconds") * 1000)));
        }
      }
    }
    return sessions;
  }

  private static Map<Subject, Episode> episodes(Connection connection, UUID orgId)
      throws SQLException {
    Map<Subject, Episode> open = new HashMap<>();
    try (PreparedStatement query = connection.prepareStatement(OPEN)) {
      query.setObject(1, orgId);
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          open.put(subject(row), Episode.openedAt(openedAt(row)));
        }
      }
    }
    return open;
  }

  private static Subject subject(ResultSet row) throws SQLException {
    return new Subject(AlertRule.of(row.getString("rule")), row.getString("subject"));
  }

  private static long openedAt(ResultSet row) throws SQLException {
    return ms(row.getObject("opened_at", OffsetDateTime.class));
  }

  private static long ms(OffsetDateTime time) {
    return time.toInstant().toEpochMilli();
  }

  private static OffsetDateTime utc(long ms) {
    return java.time.Instant.ofEpochMilli(ms).atOffset(ZoneOffset.UTC);
  }
}
