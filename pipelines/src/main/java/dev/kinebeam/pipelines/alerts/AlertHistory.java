package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.beam.RetryingReader;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.AlertRule;
import dev.kinebeam.schemas.alert.Episode;
import java.io.Serializable;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

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
       WHERE org_id = :org AND started_at >= :from
      """;

  private static final String OPEN =
      "SELECT rule, subject, opened_at FROM automations WHERE org_id = :org AND cleared_at IS NULL";

  private static final String RECORDED =
      """
      SELECT rule, subject, opened_at, cleared_at FROM automations
       WHERE org_id = :org AND (cleared_at IS NULL OR cleared_at >= :since)
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
        handle -> new Known(episodes(handle, orgId), sessions(handle, orgId, fromMs)));
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
        handle ->
            handle
                .createQuery(RECORDED)
                .bind("org", orgId)
                .bind("since", utc(sinceMs))
                .map((row, context) -> recorded(row))
                .list());
  }

  private static Recorded recorded(ResultSet row) throws SQLException {
    OffsetDateTime cleared = row.getObject("cleared_at", OffsetDateTime.class);
    return new Recorded(subject(row), openedAt(row), cleared == null ? null : ms(cleared));
  }

  /** The organisations in which a condition holds, as far as the database knows. */
  List<UUID> orgsWithOpenAutomations() throws SQLException, InterruptedException {
    return reader.read(
        handle ->
            handle
                .createQuery("SELECT DISTINCT org_id FROM automations WHERE cleared_at IS NULL")
                .mapTo(UUID.class)
                .list());
  }

  private static List<SessionIndicators> sessions(Handle handle, UUID orgId, long fromMs) {
    return handle
        .createQuery(SESSIONS)
        .bind("org", orgId)
        .bind("from", utc(fromMs))
        .map(
            (row, context) ->
                new SessionIndicators(
                    row.getObject("session_id", UUID.class),
                    row.getObject("started_at", OffsetDateTime.class).toInstant().toEpochMilli(),
                    row.getInt("events_seen"),
                    row.getString("media_id"),
                    row.getObject("ttfb_ms", Long.class),
                    row.getLong("error_count") > 0,
                    row.getLong("stall_duration_ms"),
                    Math.round(row.getDouble("watched_duration_seconds") * 1000)))
        .list();
  }

  private static Map<Subject, Episode> episodes(Handle handle, UUID orgId) {
    return handle
        .createQuery(OPEN)
        .bind("org", orgId)
        .map((row, context) -> Map.entry(subject(row), Episode.openedAt(openedAt(row))))
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (one, next) -> next));
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
    return Instant.ofEpochMilli(ms).atOffset(ZoneOffset.UTC);
  }
}
