package dev.kinebeam.coreapi.workouts;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.input.BodyFields;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;

/**
 * {@code PUT /v1/workouts/{id}/exercises/{position}/progress} with {@code {"position_ms",
 * "finished"}}: where the patient stopped in an exercise of an own workout. What was finished once
 * stays finished; of two devices the last one to write says where the video stopped. It is kept
 * without consent to analytics, since it is the patient's own bookmark and no measurement.
 */
public record PutProgress(Database database) implements Route.Handler {
  private static final int LONGEST_MS = (int) Duration.ofHours(24).toMillis();
  private static final int LAST_POSITION = Prescription.MOST_EXERCISES - 1;

  private static final String WRITE =
      """
      INSERT INTO workout_progress AS p
             (workout_id, position, org_id, patient_id, position_ms, finished_at)
      SELECT x.workout_id, x.position, x.org_id, x.patient_id, :ms,
             CASE WHEN :finished THEN now() END
        FROM workout_exercises AS x JOIN workouts AS w USING (workout_id)
       WHERE x.workout_id = :workout AND x.position = :position AND NOT x.left_out
         AND w.patient_id = :patient AND w.status IN ('visible', 'completed')
          ON CONFLICT (workout_id, position) DO UPDATE
         SET position_ms = excluded.position_ms, updated_at = now(),
             finished_at = coalesce(p.finished_at, excluded.finished_at)
      RETURNING p.position_ms, p.finished_at, p.updated_at
      """;

  @Override
  public Reply handle(Call call, Principal caller) throws Problem, IOException {
    UUID workout = call.pathId("id");
    int position = position(call);
    BodyFields fields = BodyFields.of(call, Set.of("position_ms", "finished"));
    fields.require("position_ms");
    int ms = fields.number("position_ms", 0, LONGEST_MS).orElse(0);
    boolean finished = fields.flag("finished").orElse(false);
    fields.check("The progress cannot be recorded.");
    TodayQuery.Progress written =
        database.inOrg(
            caller.orgId(),
            handle ->
                handle
                    .createQuery(WRITE)
                    .bind("workout", workout)
                    .bind("position", position)
                    .bind("patient", caller.subject())
                    .bind("ms", ms)
                    .bind("finished", finished)
                    .map((row, context) -> TodayQuery.Progress.of(row))
                    .findOne()
                    .orElseThrow(PutProgress::missing));
    return Reply.json(200, TodayView.ProgressView.of(written));
  }

  private static int position(Call call) throws Problem {
    try {
      int position = Integer.parseInt(call.path("position"));
      if (position >= 0 && position <= LAST_POSITION) {
        return position;
      }
    } catch (NumberFormatException e) {
      throw missing();
    }
    throw missing();
  }

  private static Problem missing() {
    return Problem.of(404, "There is no such exercise in a workout of yours.");
  }
}
