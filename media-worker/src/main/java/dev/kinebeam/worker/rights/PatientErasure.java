package dev.kinebeam.worker.rights;

import dev.kinebeam.schemas.Json;
import dev.kinebeam.worker.rights.ErasedRows.Patient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Removes one patient from every table, recording and archive object. The rows go first and in one
 * transaction that also keeps them from coming back; the weekly counts follow in it. Whatever is
 * cut off is done by doing it again.
 */
public final class PatientErasure {
  private final ErasedRows rows;
  private final Optional<ErasedFiles> files;

  /**
   * An erasure.
   *
   * @param files empty when the deployment has no archive
   */
  public PatientErasure(ErasedRows rows, Optional<ErasedFiles> files) {
    this.rows = rows;
    this.files = files;
  }

  /**
   * What was, or would be, removed.
   *
   * @param erasedBefore when the patient had been erased before this, if ever
   * @param rows how many of each table
   * @param files empty when there is no archive, or when it was not looked through
   */
  public record Report(
      Optional<Instant> erasedBefore, Map<String, Long> rows, Optional<ErasedFiles.Removed> files) {
    /** Whether nothing of the patient was found. */
    public boolean nothing() {
      return rows.values().stream().allMatch(n -> n == 0)
          && files.map(ErasedFiles.Removed::nothing).orElse(true);
    }
  }

  /** Counts the rows and changes nothing. The archive is not looked through. */
  public Report rehearse(Patient patient) throws SQLException {
    return new Report(rows.erasedAt(patient), rows.count(patient), Optional.empty());
  }

  /** Erases, and notes it in the audit log. */
  public Report erase(Patient patient) throws SQLException, IOException {
    Optional<Instant> before = rows.erasedAt(patient);
    List<UUID> sessions = rows.sessions(patient);
    Map<String, Long> removed = rows.erase(patient);
    if (files.isEmpty()) {
      return new Report(before, removed, Optional.empty());
    }
    ErasedFiles.Removed gone = files.get().erase(patient, sessions);
    if (!gone.nothing()) {
      rows.noteFiles(patient, new String(Json.bytes(gone), StandardCharsets.UTF_8));
    }
    return new Report(before, removed, Optional.of(gone));
  }
}
