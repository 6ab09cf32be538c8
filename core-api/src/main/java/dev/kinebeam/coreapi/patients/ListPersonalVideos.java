package dev.kinebeam.coreapi.patients;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.personal.PersonalVideos;
import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.coreapi.rights.PatientAccess;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/patients/{id}/personal-videos}: what was recorded for one patient whom the caller
 * reaches: what plays, and then what is being processed and what failed, the newest first. What was
 * never uploaded, what was replaced and what failed and is deleted are left out.
 */
public record ListPersonalVideos(Database database) implements Route.Handler {
  /** More than a patient has exercises; it bounds the answer. */
  static final int MOST = 200;

  private static final String VIDEOS =
      """
      SELECT v.id, v.media_id, e.slug, e.display_name, v.status, v.duration_seconds,
             v.failure_code, v.failure_text, v.updated_at, d.display_name AS recorded_by,
             v.active AND e.status = 'draft' AND e.kind = 'duration_based' AS recorded_only
        FROM personalized_exercise_videos AS v
        JOIN exercises AS e USING (exercise_id)
        LEFT JOIN people AS d ON d.org_id = v.org_id AND d.person_id = v.doctor_id
       WHERE v.patient_id = :patient AND v.status IN ('COMPLETED', 'PROCESSING_QUEUED', 'FAILED')
         AND v.failure_code IS DISTINCT FROM :abandoned AND v.removed_at IS NULL
       ORDER BY v.active DESC, v.updated_at DESC, v.id DESC
       LIMIT :most
      """;

  private record Answer(List<One> videos) {}

  /**
   * A video; what it does not have is left out.
   *
   * @param recordedOnly whether the exercise is not published: it is prescribed as this video alone
   */
  private record One(
      long id,
      String mediaId,
      String exercise,
      String exerciseName,
      String status,
      @Nullable Double durationSeconds,
      @Nullable String failureCode,
      @Nullable String failureText,
      @Nullable String recordedBy,
      boolean recordedOnly,
      String updatedAt) {
    static One of(ResultSet row) throws SQLException {
      return new One(
          row.getLong("id"),
          row.getString("media_id"),
          row.getString("slug"),
          row.getString("display_name"),
          row.getString("status"),
          row.getObject("duration_seconds", Double.class),
          row.getString("failure_code"),
          row.getString("failure_text"),
          row.getString("recorded_by"),
          row.getBoolean("recorded_only"),
          Rfc3339.text(row.getObject("updated_at", OffsetDateTime.class).toInstant()));
    }
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    UUID patient = call.pathId("id");
    return Reply.json(
        200,
        database.inOrg(
            caller.orgId(),
            handle -> {
              PatientAccess.of(handle, caller).require(handle, patient);
              List<One> videos =
                  handle
                      .createQuery(VIDEOS)
                      .bind("patient", patient)
                      .bind("abandoned", PersonalVideos.UPLOAD_ABANDONED)
                      .bind("most", MOST)
                      .map((row, context) -> One.of(row))
                      .list();
              if (!videos.isEmpty()) {
                AuditLog.noteRead(
                    handle, caller, "patient.personal_videos_listed", patient.toString(), patient);
              }
              return new Answer(videos);
            }));
  }
}
