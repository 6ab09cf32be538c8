package dev.kinebeam.coreapi.bandwidth;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.bandwidth.Bandwidth.Sample;
import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.coreapi.rights.PatientAccess;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

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

  private static final String OWNER =
      "SELECT patient_id FROM media_session_metrics WHERE session_id = :session AND %s LIMIT 1";

  private final Database database;

  BandwidthQuery(Database database) {
    this.database = database;
  }

  /**
   * Samples of one session or patient.
   *
   * @param patient whose they are
   */
  record Found(UUID patient, List<Sample> samples) {}

  /**
   * Of a patient.
   *
   * @throws Problem 404 when the caller does not reach the patient
   */
  Found ofPatient(Principal caller, UUID patient, Instant from, Instant to) throws Problem {
    return database.inOrg(
        caller.orgId(),
        handle -> {
          PatientAccess.of(handle, caller).require(handle, patient);
          AuditLog.noteRead(handle, caller, "patient.bandwidth_read", patient.toString(), patient);
          return new Found(
              patient, samples(handle.createQuery(OF_PATIENT).bind("patient", patient), from, to));
        });
  }

  /** Of a session; empty when there is no such session of a patient whom the caller reaches. */
  Optional<Found> ofSession(Principal caller, UUID session, Instant from, Instant to) {
    return database.inOrg(
        caller.orgId(),
        handle ->
            patientOf(handle, PatientAccess.of(handle, caller), session)
                .map(
                    patient -> {
                      AuditLog.noteRead(
                          handle, caller, "session.bandwidth_read", session.toString(), patient);
                      return new Found(
                          patient,
                          samples(
                              handle.createQuery(OF_SESSION).bind("session", session), from, to));
                    }));
  }

  private static Optional<UUID> patientOf(Handle handle, PatientAccess access, UUID session) {
    return access
        .bind(handle.createQuery(OWNER.formatted(access.condition("patient_id"))))
        .bind("session", session)
        .mapTo(UUID.class)
        .findOne();
  }

  private static List<Sample> samples(Query query, Instant from, Instant to) {
    return query
        .bind("from", from.atOffset(ZoneOffset.UTC))
        .bind("to", to.atOffset(ZoneOffset.UTC))
        .bind("most", MAX_SAMPLES)
        .map((row, context) -> sample(row))
        .list();
  }

  private static Sample sample(ResultSet row) throws SQLException {
    return Sample.of(row.getObject("at", OffsetDateTime.class).toInstant(), row.getDouble("mbps"));
  }
}
