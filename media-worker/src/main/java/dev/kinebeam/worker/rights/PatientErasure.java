package dev.kinebeam.worker.rights;

import dev.kinebeam.schemas.Json;
import dev.kinebeam.worker.personal.LeftoverRemoval;
import dev.kinebeam.worker.personal.Leftovers;
import dev.kinebeam.worker.rights.ErasedRows.Patient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Removes one patient from every table, recording, archive object and video host. The rows go first
 * and in one transaction that also keeps them from coming back; the weekly counts follow in it.
 * Whatever is cut off is done by doing it again.
 */
public final class PatientErasure {
  private final ErasedRows rows;
  private final Optional<ErasedFiles> files;
  private final Optional<LeftoverRemoval> videos;

  /**
   * An erasure.
   *
   * @param files empty when the deployment has no archive
   * @param videos empty when the files of personal videos are left to the worker
   */
  public PatientErasure(
      ErasedRows rows, Optional<ErasedFiles> files, Optional<LeftoverRemoval> videos) {
    this.rows = rows;
    this.files = files;
    this.videos = videos;
  }

  /**
   * What became of the files of the patient's personal videos. Those that are deleted were looked
   * for again afterwards, and are not there.
   *
   * @param found rows of personal videos
   * @param originals deleted in the bucket
   * @param hosted deleted at video hosts
   * @param left what a worker or another erasure has still to delete, in words; of earlier
   *     erasures, too
   */
  public record Videos(int found, int originals, int hosted, List<String> left) {
    public Videos {
      left = List.copyOf(left);
    }
  }

  /**
   * What was, or would be, removed.
   *
   * @param erasedBefore when the patient had been erased before this, if ever
   * @param rows how many of each table
   * @param files empty when there is no archive, or when it was not looked through
   */
  public record Report(
      Optional<Instant> erasedBefore,
      Map<String, Long> rows,
      Optional<ErasedFiles.Removed> files,
      Videos videos) {
    /** Whether nothing of the patient was found. */
    public boolean nothing() {
      return rows.values().stream().allMatch(n -> n == 0)
          && files.map(ErasedFiles.Removed::nothing).orElse(true)
          && videos.originals() + videos.hosted() == 0
          && videos.left().isEmpty();
    }
  }

  /** Counts the rows and changes nothing. The archive is not looked through. */
  public Report rehearse(Patient patient) throws SQLException {
    return new Report(
        rows.erasedAt(patient),
        rows.count(patient),
        Optional.empty(),
        new Videos(rows.personalVideos(patient).size(), 0, 0, List.of()));
  }

  /** Erases, and notes it in the audit log. */
  public Report erase(Patient patient) throws SQLException, IOException {
    Optional<Instant> before = rows.erasedAt(patient);
    List<UUID> sessions = rows.sessions(patient);
    List<Long> recorded = rows.personalVideos(patient).stream().map(Leftovers.Video::id).toList();
    Map<String, Long> removed = rows.erase(patient);
    Videos deleted = deleted(recorded);
    if (files.isEmpty()) {
      return new Report(before, removed, Optional.empty(), deleted);
    }
    ErasedFiles.Removed gone = files.get().erase(patient, sessions);
    if (!gone.nothing()) {
      rows.noteFiles(patient, new String(Json.bytes(gone), StandardCharsets.UTF_8));
    }
    return new Report(before, removed, Optional.of(gone), deleted);
  }

  /** Deletes these, and what earlier erasures have left. The rest of an erasure waits for none. */
  private Videos deleted(List<Long> recorded) throws SQLException {
    List<Leftovers.Left> before = rows.personalVideosLeft();
    if (videos.isEmpty()) {
      return new Videos(
          recorded.size(),
          0,
          0,
          before.isEmpty()
              ? List.of()
              : List.of(
                  before.size()
                      + " personal videos are not deleted from bucket and host, since"
                      + " PERSONAL_VIDEOS_BUCKET is not set here; a worker does it"));
    }
    Set<Long> wanted = new LinkedHashSet<>(recorded);
    before.forEach(left -> wanted.add(left.videoId()));
    if (wanted.isEmpty()) {
      return new Videos(0, 0, 0, List.of());
    }
    try {
      LeftoverRemoval.Removed removed = videos.get().delete(wanted);
      return new Videos(
          recorded.size(),
          removed.originals(),
          removed.hosted(),
          rows.personalVideosLeft().stream().map(Leftovers.Left::toString).toList());
    } catch (IOException | RuntimeException e) { // a leftover names whatever is not deleted
      return new Videos(
          recorded.size(), 0, 0, List.of("personal videos: " + String.valueOf(e.getMessage())));
    }
  }
}
