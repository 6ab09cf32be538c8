package dev.kinebeam.coreapi.workouts;

import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.people.Organization;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.UuidV5;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Problem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Enters workouts. Everything is looked at once before the bundles are read from the object store,
 * and again in the transaction that enters the workout and orders what is missing of its renders.
 *
 * @param bundles where the primitives are; empty where no bucket is configured
 */
record Prescribing(Database database, Optional<Bundles> bundles, Clock clock) {
  private static final UUID NAMESPACE = UuidV5.of(new UUID(0, 0), "kinebeam.dev/workout");
  private static final int MOST_DAYS_AHEAD = 366;

  /**
   * A workout that was entered.
   *
   * @param isNew false when the same request entered it before
   */
  record Entered(Workout workout, boolean isNew) {}

  /**
   * Enters a workout.
   *
   * @param key by which a repeated request of the same caller is known
   * @throws Problem 404 when the caller does not reach the patient, 400 naming what cannot be
   *     prescribed, 409 when it changed meanwhile
   * @throws IOException when the object store cannot be asked
   */
  Entered prescribe(Principal caller, Prescription wanted, Optional<String> key)
      throws Problem, IOException {
    UUID organization = WorkoutAccess.organization(caller);
    UUID id = key.map(word -> id(caller, organization, word)).orElseGet(UUID::randomUUID);
    List<Choice> seen = new ArrayList<>();
    Optional<Workout> before =
        database.inOrg(
            organization,
            handle -> {
              WorkoutAccess access = WorkoutAccess.of(handle, caller);
              access.patients().require(handle, wanted.patientId());
              Optional<Workout> entered = repeated(handle, access, id, wanted);
              if (entered.isEmpty()) {
                requireDay(Organization.zone(handle, organization), wanted.scheduledFor());
                seen.addAll(Choice.of(handle, wanted.patientId(), wanted.exercises()));
              }
              return entered;
            });
    if (before.isPresent()) {
      return new Entered(before.get(), false);
    }
    requireServed(seen);
    return database.inOrg(organization, handle -> enter(handle, caller, id, wanted, seen));
  }

  private static UUID id(Principal caller, UUID organization, String key) {
    return UuidV5.of(NAMESPACE, organization + "\n" + caller.subject() + "\n" + key);
  }

  /** What an earlier request with this key entered. */
  private static Optional<Workout> repeated(
      Handle handle, WorkoutAccess access, UUID id, Prescription wanted) throws Problem {
    Optional<Workout> entered = WorkoutQuery.find(handle, access, id);
    if (entered.isPresent() && !isOf(handle, entered.get(), wanted)) {
      throw reused("another request, which entered " + id);
    }
    return entered;
  }

  private static Problem reused(String by) {
    return Problem.invalid(
        409,
        "This key was used for another workout.",
        List.of(
            new FieldError(
                "Idempotency-Key",
                "reused",
                "Idempotency-Key is that of %s; take a new key".formatted(by))));
  }

  private static boolean isOf(Handle handle, Workout entered, Prescription wanted) {
    return entered.patientId().equals(wanted.patientId())
        && entered.scheduledFor().equals(wanted.scheduledFor())
        && Choice.isOf(handle, entered, wanted.exercises());
  }

  private void requireDay(ZoneId zone, LocalDate day) throws Problem {
    LocalDate today = LocalDate.ofInstant(clock.instant(), zone);
    LocalDate last = today.plusDays(MOST_DAYS_AHEAD);
    if (day.isBefore(today) || day.isAfter(last)) {
      throw PrescriptionReader.refusal(
          List.of(
              new FieldError(
                  "scheduled_for",
                  "out_of_range",
                  "scheduled_for is %s; it must be a day from today, %s in %s, to %s"
                      .formatted(day, today, zone, last))));
    }
  }

  /** The exercises' files can serve what is prescribed. */
  private void requireServed(List<Choice> choices) throws Problem, IOException {
    List<FieldError> errors = new ArrayList<>();
    for (Choice choice : choices) {
      Optional<Recipe> recipe = choice.recipe();
      if (recipe.isPresent()) {
        for (FieldError error : unserved(recipe.get())) {
          String field = Prescription.field(choice.position()) + "." + error.field();
          errors.add(new FieldError(field, error.code(), error.message()));
        }
      }
    }
    if (!errors.isEmpty()) {
      throw PrescriptionReader.refusal(errors);
    }
  }

  private List<FieldError> unserved(Recipe recipe) throws Problem, IOException {
    Bundles primitives =
        bundles.orElseThrow(
            () ->
                Problem.of(
                    503,
                    "Exercises cannot be prescribed here: the operator has to set"
                        + " S3_ASSETS_BUCKET."));
    try {
      return primitives.find(recipe.exercise()).check(recipe);
    } catch (Bundles.UnusableException e) {
      return List.of(e.error());
    }
  }

  private static Entered enter(
      Handle handle, Principal caller, UUID id, Prescription wanted, List<Choice> seen)
      throws Problem {
    UUID organization = WorkoutAccess.organization(caller);
    List<Choice> choices = Choice.of(handle, wanted.patientId(), wanted.exercises());
    requireSame(seen, choices);
    OrderedRenders.request(
        handle,
        organization,
        choices.stream().map(Choice::order).<ComposeOrder>flatMap(Optional::stream).toList());
    // After the wait for the renders: the link may have ended in the meantime.
    WorkoutAccess access = WorkoutAccess.of(handle, caller);
    access.patients().require(handle, wanted.patientId());
    sign(handle, caller);
    boolean isNew = insert(handle, organization, caller, id, wanted);
    if (isNew) {
      choices.forEach(choice -> insert(handle, id, choice));
      settle(handle, id);
    }
    // Of a patient whom the caller no longer reaches, the earlier one is not there for the caller.
    Workout entered =
        repeated(handle, access, id, wanted).orElseThrow(() -> reused("an earlier request"));
    return new Entered(entered, isNew);
  }

  /** What was checked is what is entered. */
  private static void requireSame(List<Choice> seen, List<Choice> present) throws Problem {
    for (Choice choice : present) {
      if (!choice.exerciseId().equals(seen.get(choice.position()).exerciseId())) {
        throw Problem.invalid(
            409,
            "An exercise was changed at the same moment.",
            List.of(
                new FieldError(
                    Prescription.field(choice.position()) + ".exercise",
                    "changed",
                    "exercise is %s, which was merged into another meanwhile; send it again"
                        .formatted(choice.item().exercise()))));
      }
    }
  }

  private static boolean insert(
      Handle handle, UUID organization, Principal caller, UUID id, Prescription wanted) {
    return handle.execute(
            """
            INSERT INTO workouts (workout_id, org_id, patient_id, scheduled_for, created_by)
            VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
            """,
            id,
            organization,
            wanted.patientId(),
            wanted.scheduledFor(),
            caller.subject().toString())
        == 1;
  }

  private static void insert(Handle handle, UUID workout, Choice choice) {
    handle
        .createUpdate(
            """
            INSERT INTO workout_exercises
                   (workout_id, position, org_id, patient_id, exercise_id, language, sets, render_id)
            SELECT workout_id, :position, org_id, patient_id, :exercise, :language, :sets::jsonb, :render::uuid
              FROM workouts WHERE workout_id = :workout
            """)
        .bind("workout", workout)
        .bind("position", choice.position())
        .bind("exercise", choice.exerciseId())
        .bind("language", choice.item().language())
        .bind("sets", choice.item().sets().map(Prescribing::json).orElse(null))
        .bind("render", choice.renderId().orElse(null))
        .execute();
  }

  private static String json(List<SetSpec> sets) {
    return new String(Json.bytes(sets), StandardCharsets.UTF_8);
  }

  /** Has the audit log name the caller for the rest of the transaction. */
  static void sign(Handle handle, Principal caller) {
    handle
        .createQuery("SELECT set_config('kinebeam.actor', :actor, true)")
        .bind("actor", caller.subject().toString())
        .mapTo(String.class)
        .one();
  }

  /** Draws the consequences of what the workout's renders are now. */
  static void settle(Handle handle, UUID workout) {
    handle.execute("SELECT settle_workout(?)", workout);
  }
}
