package dev.kinebeam.coreapi.workouts;

import dev.kinebeam.coreapi.rights.AuditLog;
import dev.kinebeam.coreapi.workouts.Workout.Prescribed;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Problem;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import org.jdbi.v3.core.Handle;

/**
 * Changes of one workout that the caller sees, in one transaction. Renders are asked for before the
 * workout is locked, as {@code settle_workout} says.
 */
record WorkoutChanges(Handle handle, Principal caller, WorkoutAccess access, UUID id) {
  static WorkoutChanges of(Handle handle, Principal caller, UUID id) {
    return new WorkoutChanges(handle, caller, WorkoutAccess.of(handle, caller), id);
  }

  /**
   * The workout as it stands.
   *
   * @throws Problem 404 when the caller sees none
   */
  Workout read() throws Problem {
    return WorkoutQuery.find(handle, access, id).orElseThrow(WorkoutChanges::missing);
  }

  private void requireSeen() throws Problem {
    read();
  }

  static Problem missing() {
    return Problem.of(404, "There is no workout with this id.");
  }

  /**
   * Orders the videos of which the exercises have a newer asset version, unless they are on their
   * way; the present ones play until those are ready.
   */
  void follow(Workout workout) {
    if (workout.status().isActive()) {
      order(
          workout,
          Prescribed::awaitsOrder,
          """
          UPDATE workout_exercises SET next_render_id = :render
           WHERE workout_id = :id AND position = :position AND render_id = :present
          """);
    }
  }

  /** Orders the videos that could not be made again, at the exercises' present asset versions. */
  void retry(Workout workout) throws Problem {
    if (!concernsVideos(workout, WorkoutSteps.Step.RETRY)) {
      return;
    }
    boolean ordered =
        order(
            workout,
            one -> one.isComposed() && one.hasFailed(),
            """
            UPDATE workout_exercises SET render_id = :render, next_render_id = NULL
             WHERE workout_id = :id AND position = :position AND render_id = :present
            """);
    if (ordered) {
      AuditLog.note(
          handle, caller, "workout.retried", id.toString(), details(workout, positions(workout)));
    }
  }

  private boolean order(Workout workout, Predicate<Prescribed> which, String naming) {
    Map<Prescribed, ComposeOrder> orders = new LinkedHashMap<>();
    workout.exercises().stream().filter(which).forEach(one -> orders.put(one, one.order()));
    if (orders.isEmpty()) {
      return false;
    }
    OrderedRenders.request(handle, caller.organisation().orElseThrow(), orders.values());
    lock();
    orders.forEach(
        (one, order) ->
            handle
                .createUpdate(naming)
                .bind("id", id)
                .bind("position", one.position())
                .bind("render", order.renderId())
                .bind("present", one.requiredRenderId())
                .execute());
    Prescribing.settle(handle, id);
    return true;
  }

  /**
   * Shows the workout without the videos that could not be made, as soon as the others are ready.
   *
   * @throws Problem 409 when nothing has failed, or nothing else is in it
   */
  void release(Workout seen) throws Problem {
    if (!concernsVideos(seen, WorkoutSteps.Step.RELEASE)) {
      return;
    }
    lock();
    Workout workout = read();
    if (!concernsVideos(workout, WorkoutSteps.Step.RELEASE)) {
      return;
    }
    List<Integer> failed = positions(workout);
    if (failed.isEmpty()) {
      throw refused("exercises", "nothing_failed", "none of its videos has failed; wait for them");
    }
    if (failed.size() == workout.shown().size()) {
      throw refused(
          "exercises",
          "nothing_left",
          "none of its videos could be made; order them again, or cancel it");
    }
    handle
        .createUpdate(
            """
            UPDATE workout_exercises SET left_out = true
             WHERE workout_id = :id AND position = ANY(:positions)
            """)
        .bind("id", id)
        .bind("positions", failed.toArray(Integer[]::new))
        .execute();
    AuditLog.note(handle, caller, "workout.released", id.toString(), details(workout, failed));
    Prescribing.settle(handle, id);
  }

  /** Takes a step that leads to another state. */
  void move(WorkoutSteps.Step step) throws Problem {
    requireSeen();
    lock();
    WorkoutSteps.Verdict verdict = WorkoutSteps.after(read().status(), step);
    requireAllowed(verdict);
    if (verdict instanceof WorkoutSteps.Verdict.MovesTo to) {
      handle.execute(
          "UPDATE workouts SET status = ?, ended_at = now() WHERE workout_id = ?",
          to.status().word(),
          id);
    }
  }

  private static boolean concernsVideos(Workout workout, WorkoutSteps.Step step) throws Problem {
    WorkoutSteps.Verdict verdict = WorkoutSteps.after(workout.status(), step);
    requireAllowed(verdict);
    return verdict instanceof WorkoutSteps.Verdict.ConcernsVideos;
  }

  private static void requireAllowed(WorkoutSteps.Verdict verdict) throws Problem {
    if (verdict instanceof WorkoutSteps.Verdict.Refused refused) {
      throw refused("status", "not_allowed", refused.reason());
    }
  }

  private static Problem refused(String field, String code, String message) {
    return Problem.invalid(
        409, "This cannot be done now.", List.of(new FieldError(field, code, message)));
  }

  private static List<Integer> positions(Workout workout) {
    return workout.exercises().stream()
        .filter(Prescribed::hasFailed)
        .map(Prescribed::position)
        .toList();
  }

  private static Map<String, Object> details(Workout workout, List<Integer> positions) {
    return Map.of(AuditLog.PATIENT, workout.patientId(), "positions", positions);
  }

  /** Until the transaction ends. */
  private void lock() {
    Optional<Integer> locked =
        handle
            .createQuery("SELECT 1 FROM workouts WHERE workout_id = :id FOR NO KEY UPDATE")
            .bind("id", id)
            .mapTo(Integer.class)
            .findOne();
    if (locked.isPresent()) {
      Prescribing.sign(handle, caller);
    }
  }
}
