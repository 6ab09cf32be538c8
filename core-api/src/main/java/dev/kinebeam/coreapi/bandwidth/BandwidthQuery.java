package dev.kinebeam.coreapi.bandwidth;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.bandwidth.Bandwidth.Sample;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds samples of bandwidth: the last estimate of each session, and the one at each wait. Both are
 * written while a session runs, so that they are seconds old and not an archive's hour.
 */
final class BandwidthQuery {
  private static final int MAX_SAMPLES = 10_000;

  private static final String OF_PATIENT =
      """
      SELECT * FROM (
        SELECT last_event_at AS at, effective_bandwidth AS mbps
          FROM media_session_metrics
         WHERE patient_id = :patient AND started_at >= :from AND started_at < :to
           AND effective_bandwidth IS NOT NULL
        UNION ALL
        SELECT b.started_at, b.effective_bandwidth
          FROM media_waits b
         WHERE b.patient_id = :patient AND b.started_at >= :from AND b.started_at < :to
           AND b.effective_bandwidth IS NOT NULL) samples
       ORDER BY at DESC
       LIMIT :most
      """;

  private static final String OF_SESSION =
      """
      SELECT * FROM (
        SELECT last_event_at AS at, effective_bandwidth AS mbps
          FROM media_session_metrics
         WHERE session_id = :session AND effective_bandwidth IS NOT NULL
        UNION ALL
        SELECT started_at, effective_bandwidth
          FROM media_waits
         WHERE session_id = :session AND effective_bandwidth IS NOT NULL) samples
       WHERE at >= :from AND at < :to
       ORDER BY at DESC
       LIMIT :most
      """;

  private final Database database;

  BandwidthQuery(Database database) {
    this.database = database;
  }

  /** The patient whose session this is; empty when the organisation has no such session. */
  Optional<UUID> patientOf(UUID orgId, UUID sessionId) {
    return database.inOrg(
        orgId,
        handle ->
            handle
                .createQuery(
                    "SELECT patient_id FROM media_session_metrics WHERE session_id = :session"
                        + " LIMIT 1")
                .bind("session", sessionId)
                .mapTo(UUID.class)
                .findOne());
  }

  List<Sample> ofPatient(UUID orgId, UUID patientId, Instant from, Instant to) {
    return samples(orgId, OF_PATIENT, "patient", patientId, from, to);
  }

  List<Sample> ofSession(UUID orgId, UUID sessionId, Instant from, Instant to) {
    return samples(orgId, OF_SESSION, "session", sessionId, from, to);
  }

  private List<Sample> samples(
      UUID orgId, String sql, String name, UUID id, Instant from, Instant to) {
    return database.inOrg(
        orgId,
        handle ->
            handle
                .createQuery(sql)
                .bind(name, id)
                .bind("from", from.atOffset(ZoneOffset.UTC))
                .bind("to", to.atOffset(ZoneOffset.UTC))
                .bind("most", MAX_SAMPLES)
                .map((row, context) -> sample(row))
                .list());
  }

  private static Sample sample(ResultSet row) throws SQLException {
    return Sample.of(row.getObject("at", OffsetDateTime.class).toInstant(), row.getDouble("mbps"));
  }
}
