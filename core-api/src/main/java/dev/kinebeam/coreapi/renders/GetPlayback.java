package dev.kinebeam.coreapi.renders;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.host.VideoHosts;
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
import org.jdbi.v3.core.statement.Query;

/**
 * {@code GET /v1/videos/{id}/playback}: the next signed address of a video, by its render's id. It
 * is good for an hour, and {@code playback_renew_at} says when a player should ask again. Patients
 * get the videos of their own visible workouts and of published exercises; staff those of the
 * exercises for all and of their organization; what is not theirs is not there (404).
 *
 * @param platform where callers of the platform see the renders of all organizations
 */
public record GetPlayback(Database database, Database platform, Optional<VideoHosts> hosts)
    implements Route.Handler {
  private static final String READY =
      """
      SELECT r.host, r.host_video_id, r.duration_seconds
        FROM exercise_renders AS r
       WHERE r.render_id = :render AND r.status = 'ready'
      """;

  private static final String OF_PATIENT =
      """
       AND (EXISTS (SELECT FROM workout_exercises AS x JOIN workouts AS w USING (workout_id)
                     WHERE x.render_id = r.render_id AND NOT x.left_out
                       AND w.patient_id = :caller AND w.status IN ('visible', 'completed'))
            OR EXISTS (SELECT FROM exercise_previews AS p JOIN exercises AS e USING (exercise_id)
                        WHERE p.render_id = r.render_id AND e.status = 'published'))
      """;

  private record Found(String host, String video, double seconds) {
    static Found of(ResultSet row) throws SQLException {
      return new Found(
          row.getString("host"), row.getString("host_video_id"), row.getDouble("duration_seconds"));
    }
  }

  private record Answer(UUID renderId, @JsonUnwrapped SignedVideo video) {}

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    UUID render = call.pathId("id");
    Found found = find(caller, render).orElseThrow(GetPlayback::missing);
    return Reply.json(
        200, new Answer(render, SignedVideo.of(hosts, found.host, found.video, found.seconds)));
  }

  private Optional<Found> find(Principal caller, UUID render) {
    if (caller.role() == Role.SUPERADMIN) {
      return platform.inTransaction(handle -> first(handle.createQuery(READY), render));
    }
    return database.inOrg(
        caller.orgId(),
        handle ->
            caller.role() == Role.PATIENT
                ? first(
                    handle.createQuery(READY + OF_PATIENT).bind("caller", caller.subject()), render)
                : ofStaff(handle, caller, render));
  }

  private static Optional<Found> ofStaff(Handle handle, Principal caller, UUID render) {
    return PatientAccess.isDeactivated(handle, caller)
        ? Optional.empty()
        : first(handle.createQuery(READY), render);
  }

  private static Optional<Found> first(Query query, UUID render) {
    return query.bind("render", render).map((row, context) -> Found.of(row)).findOne();
  }

  static Problem missing() {
    return Problem.of(404, "There is no video with this id that can be played.");
  }
}
