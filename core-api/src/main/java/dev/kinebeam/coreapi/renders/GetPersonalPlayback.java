package dev.kinebeam.coreapi.renders;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.coreapi.rights.PatientAccess;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * {@code GET /v1/videos/personal/{id}/playback}: the next signed address of a video that was
 * recorded for one patient, good for an hour. Patients get their own active ones: of one that was
 * replaced they ask for their workout again. Staff get those of the patients whom they reach, the
 * replaced ones too, since sessions are replayed with them. What is not theirs is not there (404).
 */
public record GetPersonalPlayback(Database database, Optional<VideoHosts> hosts)
    implements Route.Handler {
  private static final String PLAYABLE =
      """
      SELECT v.patient_id, v.host, v.hosted_id, v.duration_seconds, v.media_id
        FROM personalized_exercise_videos AS v
       WHERE v.id = :id AND v.hosted_id IS NOT NULL AND v.host IS NOT NULL
         AND (v.active OR :replaced AND v.status = 'INACTIVE')
      """;

  private record Found(UUID patient, String host, String video, double seconds, String mediaId) {
    static Found of(ResultSet row) throws SQLException {
      return new Found(
          row.getObject("patient_id", UUID.class),
          row.getString("host"),
          row.getString("hosted_id"),
          row.getDouble("duration_seconds"),
          row.getString("media_id"));
    }
  }

  private record Answer(long personalVideoId, String mediaId, @JsonUnwrapped SignedVideo video) {}

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    long id = id(call);
    Found found =
        database
            .inOrg(caller.orgId(), handle -> find(handle, caller, id))
            .orElseThrow(GetPlayback::missing);
    return Reply.json(
        200,
        new Answer(
            id, found.mediaId, SignedVideo.of(hosts, found.host, found.video, found.seconds)));
  }

  private static Optional<Found> find(Handle handle, Principal caller, long id) {
    PatientAccess access = PatientAccess.of(handle, caller);
    Optional<Found> found =
        access
            .bind(handle.createQuery(PLAYABLE + " AND " + access.condition("v.patient_id")))
            .bind("id", id)
            .bind("replaced", caller.role() != Role.PATIENT)
            .map((row, context) -> Found.of(row))
            .findOne();
    found.ifPresent(
        it ->
            AuditLog.noteRead(
                handle, caller, "personal_video.played", String.valueOf(id), it.patient));
    return found;
  }

  private static long id(Call call) throws Problem {
    try {
      return Long.parseLong(call.path("id"));
    } catch (NumberFormatException e) {
      throw GetPlayback.missing();
    }
  }
}
