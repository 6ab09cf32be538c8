package dev.kinebeam.worker.rights;

import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.worker.personal.Leftovers;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/**
 * The database's side of erasure, by the functions that {@code kinebeam_maintenance} may call. Each
 * method commits. Not thread-safe.
 */
public final class ErasedRows {
  private static final int MOST_LEFT = 1000;

  private final DatabaseSession session;
  private final String actor;

  /**
   * Works on this session, whose auto-commit is off.
   *
   * @param actor who the audit log says it was
   */
  public ErasedRows(DatabaseSession session, String actor) {
    this.session = session;
    this.actor = actor;
  }

  /** One patient of one organisation. */
  public record Patient(UUID orgId, UUID patientId) {}

  /**
   * An erasure of the past.
   *
   * @param refuseBefore sessions that began earlier do not come back
   */
  public record Erasure(Patient patient, Instant erasedAt, Instant refuseBefore) {}

  /** When the patient was last erased. */
  public Optional<Instant> erasedAt(Patient patient) throws SQLException {
    return session
        .commit(
            handle ->
                of(patient, handle.createQuery("SELECT patient_erased_at(:org, :patient)"))
                    .mapTo(OffsetDateTime.class)
                    .findOne())
        .map(OffsetDateTime::toInstant);
  }

  /** The sessions that the patient has rows of. */
  public List<UUID> sessions(Patient patient) throws SQLException {
    return session.commit(
        handle ->
            of(patient, handle.createQuery("SELECT patient_sessions(:org, :patient)"))
                .mapTo(UUID.class)
                .list());
  }

  /** The personal videos that the patient has rows of. */
  public List<Leftovers.Video> personalVideos(Patient patient) throws SQLException {
    return session.commit(handle -> Leftovers.videos(handle, patient.orgId(), patient.patientId()));
  }

  /**
   * What is still to be deleted of the personal videos of erased patients: of all of them, since
   * nothing leads from it to a patient any more.
   */
  public List<Leftovers.Left> personalVideosLeft() throws SQLException {
    return session.commit(handle -> Leftovers.ofErased(handle, MOST_LEFT));
  }

  /** How many rows of the patient each table holds. */
  public Map<String, Long> count(Patient patient) throws SQLException {
    return rows(patient, true);
  }

  /**
   * Removes the patient's rows and returns how many of each table; rows that arrive later are
   * refused. Of {@code audit_log} the entries stay, and lose the patient's id.
   */
  public Map<String, Long> erase(Patient patient) throws SQLException {
    return rows(patient, false);
  }

  private Map<String, Long> rows(Patient patient, boolean dryRun) throws SQLException {
    String sql = "SELECT relation, removed FROM erase_patient(:org, :patient, :actor, :dryRun)";
    return session.commit(
        handle ->
            of(patient, handle.createQuery(sql))
                .bind("actor", actor)
                .bind("dryRun", dryRun)
                .reduceResultSet(
                    new LinkedHashMap<>(),
                    (removed, row, context) -> {
                      removed.put(row.getString("relation"), row.getLong("removed"));
                      return removed;
                    }));
  }

  /** Notes in the audit log what was erased outside of the database. */
  public void noteFiles(Patient patient, String json) throws SQLException {
    session.commit(
        handle ->
            handle.execute(
                "SELECT note_erased_files(?, ?, ?, ?::jsonb)",
                patient.orgId(),
                patient.patientId(),
                actor,
                json));
  }

  /** The erasures since then, the oldest first. */
  public List<Erasure> since(Instant since) throws SQLException {
    return session.commit(
        handle ->
            handle
                .createQuery("SELECT * FROM erasures_since(:since)")
                .bind("since", since.atOffset(ZoneOffset.UTC))
                .map((row, context) -> erasure(row))
                .list());
  }

  private static Erasure erasure(ResultSet row) throws SQLException {
    return new Erasure(
        new Patient(row.getObject(1, UUID.class), row.getObject(2, UUID.class)),
        row.getObject(3, OffsetDateTime.class).toInstant(),
        row.getObject(4, OffsetDateTime.class).toInstant());
  }

  /** Removes sessions and stalls of erased patients that came back all the same. */
  public long eraseReturned() throws SQLException {
    return session.commit(
        handle ->
            handle
                .createQuery("SELECT erase_returned_sessions(:actor)")
                .bind("actor", actor)
                .mapTo(Long.class)
                .one());
  }

  /** Takes patients erased since then out of audit entries that came all the same. */
  public long maskReturned(Instant since) throws SQLException {
    return session.commit(
        handle ->
            handle
                .createQuery("SELECT mask_erased_in_audit_log(:since)")
                .bind("since", since.atOffset(ZoneOffset.UTC))
                .mapTo(Long.class)
                .one());
  }

  private static Query of(Patient patient, Query query) {
    return query.bind("org", patient.orgId()).bind("patient", patient.patientId());
  }
}
