package dev.kinebeam.worker.rights;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The database's side of erasure, by the functions that {@code kinebeam_maintenance} may call. Each
 * method commits. Not thread-safe.
 */
public final class ErasedRows {
  private final Connection connection;
  private final String actor;

  /**
   * Works on this connection, whose auto-commit is off.
   *
   * @param actor who the audit log says it was
   */
  public ErasedRows(Connection connection, String actor) {
    this.connection = connection;
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
    try (PreparedStatement ask = connection.prepareStatement("SELECT patient_erased_at(?, ?)")) {
      bind(ask, patient);
      try (ResultSet row = ask.executeQuery()) {
        row.next();
        OffsetDateTime at = row.getObject(1, OffsetDateTime.class);
        connection.commit();
        return Optional.ofNullable(at).map(OffsetDateTime::toInstant);
      }
    }
  }

  /** The sessions that the patient has rows of. */
  public List<UUID> sessions(Patient patient) throws SQLException {
    try (PreparedStatement ask = connection.prepareStatement("SELECT patient_sessions(?, ?)")) {
      bind(ask, patient);
      List<UUID> sessions = new ArrayList<>();
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          sessions.add(rows.getObject(1, UUID.class));
        }
      }
      connection.commit();
      return sessions;
    }
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
    String sql = "SELECT relation, removed FROM erase_patient(?, ?, ?, ?)";
    try (PreparedStatement ask = connection.prepareStatement(sql)) {
      bind(ask, patient);
      ask.setString(3, actor);
      ask.setBoolean(4, dryRun);
      Map<String, Long> removed = new LinkedHashMap<>();
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          removed.put(rows.getString(1), rows.getLong(2));
        }
      }
      connection.commit();
      return removed;
    }
  }

  /** Notes in the audit log what was erased outside of the database. */
  public void noteFiles(Patient patient, String json) throws SQLException {
    try (PreparedStatement note =
        connection.prepareStatement("SELECT note_erased_files(?, ?, ?, ?::jsonb)")) {
      bind(note, patient);
      note.setString(3, actor);
      note.setString(4, json);
      note.execute();
      connection.commit();
    }
  }

  /** The erasures since then, the oldest first. */
  public List<Erasure> since(Instant since) throws SQLException {
    try (PreparedStatement ask = connection.prepareStatement("SELECT * FROM erasures_since(?)")) {
      ask.setObject(1, since.atOffset(ZoneOffset.UTC));
      List<Erasure> erasures = new ArrayList<>();
      try (ResultSet rows = ask.executeQuery()) {
        while (rows.next()) {
          erasures.add(
              new Erasure(
                  new Patient(rows.getObject(1, UUID.class), rows.getObject(2, UUID.class)),
                  rows.getObject(3, OffsetDateTime.class).toInstant(),
                  rows.getObject(4, OffsetDateTime.class).toInstant()));
        }
      }
      connection.commit();
      return erasures;
    }
  }

  /** Removes sessions and stalls of erased patients that came back all the same. */
  public long eraseReturned() throws SQLException {
    try (PreparedStatement ask = connection.prepareStatement("SELECT erase_returned_sessions(?)")) {
      ask.setString(1, actor);
      try (ResultSet row = ask.executeQuery()) {
        row.next();
        long removed = row.getLong(1);
        connection.commit();
        return removed;
      }
    }
  }

  /** Takes patients erased since then out of audit entries that came all the same. */
  public long maskReturned(Instant since) throws SQLException {
    try (PreparedStatement ask =
        connection.prepareStatement("SELECT mask_erased_in_audit_log(?)")) {
      ask.setObject(1, since.atOffset(ZoneOffset.UTC));
      try (ResultSet row = ask.executeQuery()) {
        row.next();
        long masked = row.getLong(1);
        connection.commit();
        return masked;
      }
    }
  }

  private static void bind(PreparedStatement statement, Patient patient) throws SQLException {
    statement.setObject(1, patient.orgId());
    statement.setObject(2, patient.patientId());
  }
}
