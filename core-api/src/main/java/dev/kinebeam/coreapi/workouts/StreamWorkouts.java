package dev.kinebeam.coreapi.workouts;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.RenderChanges;
import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.coreapi.streams.ChangeStreams;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.List;
import java.util.UUID;

/**
 * {@code GET /v1/workouts/{id}/readiness/stream}: server-sent events of a workout and its videos. A
 * caller whose care link ends gets no more of them.
 */
public final class StreamWorkouts implements Route.Handler {
  private final Database database;
  private final ChangeStreams<Subject> streams;

  public StreamWorkouts(Database database) {
    this.database = database;
    this.streams = new ChangeStreams<>("workout-streams", new Changes(database));
  }

  private record Subject(Principal caller, UUID organization, UUID workout) {}

  private record Changes(Database database) implements ChangeStreams.Source<Subject> {
    private static final String OF_WORKOUT =
        """
        SELECT c.change_id, c.kind, c.payload::text AS payload FROM render_changes AS c
         WHERE c.change_id > :last
           AND EXISTS (SELECT FROM workouts AS w WHERE w.workout_id = :workout AND %s)
           AND (c.workout_id = :workout OR c.render_id IN (
                 SELECT x.render_id FROM workout_exercises AS x WHERE x.workout_id = :workout
                  UNION ALL
                 SELECT x.next_render_id FROM workout_exercises AS x WHERE x.workout_id = :workout))
         ORDER BY c.change_id LIMIT :most
        """;

    @Override
    public long newest() {
      return new RenderChanges(database).newest();
    }

    @Override
    public List<ChangeStreams.Change> after(Subject subject, long last, int most) {
      return database.inOrg(
          subject.organization,
          handle -> {
            WorkoutAccess access = WorkoutAccess.of(handle, subject.caller);
            return access
                .bind(handle.createQuery(OF_WORKOUT.formatted(access.condition())))
                .bind("last", last)
                .bind("workout", subject.workout)
                .bind("most", most)
                .map(
                    (row, context) ->
                        new ChangeStreams.Change(
                            row.getLong("change_id"),
                            row.getString("kind"),
                            row.getString("payload")))
                .list();
          });
    }
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    UUID organization = WorkoutAccess.organization(caller);
    UUID id = call.pathId("id");
    database.inOrg(
        organization,
        handle -> {
          WorkoutChanges changes = WorkoutChanges.of(handle, caller, id);
          Workout workout = changes.read();
          changes.follow(workout);
          AuditLog.noteRead(handle, caller, "workout.read", id.toString(), workout.patientId());
          return null;
        });
    return streams.reply(call, organization, new Subject(caller, organization, id));
  }
}
