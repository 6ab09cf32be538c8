package dev.kinebeam.coreapi.workouts;

import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.RenderKey;
import dev.kinebeam.web.http.Problem;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * An exercise that a prescription names, as it is in the running transaction: of one that was
 * merged into another, the other.
 *
 * @param assetVersion the exercise's present one
 * @param hosted the render of a whole video in the language that was asked for; empty of an
 *     exercise of which the patient has a personal video alone
 */
record Choice(
    int position,
    Prescription.Item item,
    UUID exerciseId,
    String slug,
    int assetVersion,
    Optional<UUID> hosted) {
  private static final String EXERCISES =
      """
      SELECT asked.slug AS asked, e.exercise_id, e.slug, e.kind, e.status, e.asset_version,
             EXISTS (SELECT FROM personalized_exercise_videos AS v
                      WHERE v.patient_id = :patient AND v.exercise_id = e.exercise_id
                        AND v.active) AS recorded
        FROM exercises AS asked
        JOIN exercises AS e ON e.exercise_id = coalesce(asked.replaced_by, asked.exercise_id)
       WHERE asked.slug = ANY(:slugs)
      """;

  private static final String HOSTED =
      """
      SELECT r.render_id FROM exercise_renders AS r
       WHERE r.exercise_id = :exercise AND r.language = :language AND r.recipe_hash = :imported
         AND r.status = 'ready'
       ORDER BY r.asset_version DESC LIMIT 1
      """;

  /** An exercise; {@code recorded}: for the patient in person, as one whole video. */
  private record Found(
      String asked,
      UUID id,
      String slug,
      Exercises.Kind kind,
      Exercises.Status status,
      int assetVersion,
      boolean recorded) {
    /** Whether a patient gets it: what is not published only as the patient's own video. */
    boolean isPrescribable() {
      return status == Exercises.Status.PUBLISHED
          || (status == Exercises.Status.DRAFT
              && kind == Exercises.Kind.DURATION_BASED
              && recorded);
    }

    static Found of(ResultSet row) throws SQLException {
      return new Found(
          row.getString("asked"),
          row.getObject("exercise_id", UUID.class),
          row.getString("slug"),
          Words.read(Exercises.Kind.class, row.getString("kind")),
          Words.read(Exercises.Status.class, row.getString("status")),
          row.getInt("asset_version"),
          row.getBoolean("recorded"));
    }
  }

  /**
   * The exercises of a patient's prescription, in its order.
   *
   * @throws Problem 400 naming each that cannot be prescribed
   */
  static List<Choice> of(Handle handle, UUID patient, List<Prescription.Item> items)
      throws Problem {
    Map<String, Found> found = found(handle, patient, items);
    List<FieldError> errors = new ArrayList<>();
    List<Choice> choices = new ArrayList<>();
    for (int position = 0; position < items.size(); position++) {
      Prescription.Item item = items.get(position);
      Optional<Found> exercise = Optional.ofNullable(found.get(item.exercise()));
      Optional<FieldError> wrong = wrong(Prescription.field(position), item, exercise);
      if (wrong.isPresent()) {
        errors.add(wrong.get());
      } else {
        choose(handle, position, item, exercise.orElseThrow(), choices, errors);
      }
    }
    if (!errors.isEmpty()) {
      throw PrescriptionReader.refusal(errors);
    }
    return choices;
  }

  private static Map<String, Found> found(
      Handle handle, UUID patient, List<Prescription.Item> items) {
    Map<String, Found> found = new HashMap<>();
    handle
        .createQuery(EXERCISES)
        .bind("patient", patient)
        .bind("slugs", items.stream().map(Prescription.Item::exercise).toArray(String[]::new))
        .map((row, context) -> Found.of(row))
        .forEach(one -> found.put(one.asked, one));
    return found;
  }

  /** Whether a workout that was entered has these exercises, in these doses. */
  static boolean isOf(Handle handle, Workout workout, List<Prescription.Item> items) {
    Map<String, Found> found = found(handle, workout.patientId(), items);
    boolean same = workout.exercises().size() == items.size();
    for (int position = 0; same && position < items.size(); position++) {
      Prescription.Item item = items.get(position);
      Workout.Prescribed entered = workout.exercises().get(position);
      Found exercise = found.get(item.exercise());
      same =
          entered.dose().language().equals(item.language())
              && Optional.ofNullable(entered.dose().sets()).equals(item.sets())
              && (entered.exercise().slug().equals(item.exercise())
                  || (exercise != null && exercise.id.equals(entered.exercise().id())));
    }
    return same;
  }

  private static void choose(
      Handle handle,
      int position,
      Prescription.Item item,
      Found exercise,
      List<Choice> choices,
      List<FieldError> errors) {
    Optional<UUID> hosted = Optional.empty();
    if (exercise.kind == Exercises.Kind.DURATION_BASED) {
      hosted = hosted(handle, exercise, item.language());
      if (hosted.isEmpty() && !exercise.recorded) {
        errors.add(
            new FieldError(
                Prescription.field(position) + ".language",
                "no_video",
                "language is %s; no video of %s in it is at a video host"
                    .formatted(item.language(), exercise.slug)));
        return;
      }
    }
    choices.add(
        new Choice(position, item, exercise.id, exercise.slug, exercise.assetVersion, hosted));
  }

  private static Optional<UUID> hosted(Handle handle, Found exercise, String language) {
    return handle
        .createQuery(HOSTED)
        .bind("exercise", exercise.id)
        .bind("language", language)
        .bind("imported", RenderKey.IMPORTED)
        .mapTo(UUID.class)
        .findOne();
  }

  private static Optional<FieldError> wrong(
      String field, Prescription.Item item, Optional<Found> exercise) {
    String named = "exercise is " + item.exercise();
    if (exercise.isEmpty()) {
      return error(field + ".exercise", "unknown_exercise", named + "; there is none of this name");
    }
    Exercises.Status status = exercise.get().status;
    if (!exercise.get().isPrescribable()) {
      return error(
          field + ".exercise",
          "not_published",
          named + ", which is " + Words.write(status) + "; choose a published one");
    }
    boolean composed = exercise.get().kind == Exercises.Kind.REPS_BASED;
    if (composed && item.sets().isEmpty()) {
      return error(field + ".sets", "missing", "sets is missing; say how much of it is prescribed");
    }
    if (!composed && item.sets().isPresent()) {
      return error(
          field + ".sets",
          "not_allowed",
          "sets is given, but " + item.exercise() + " is one whole video; leave it out");
    }
    return Optional.empty();
  }

  private static Optional<FieldError> error(String field, String code, String message) {
    return Optional.of(new FieldError(field, code, field + ": " + message));
  }

  /** What is composed; empty of a whole video. */
  Optional<Recipe> recipe() {
    return item.sets().map(sets -> new Recipe(slug, item.language(), sets, null, false));
  }

  /** The order of what is composed, at the present asset version. */
  Optional<ComposeOrder> order() {
    return recipe().map(recipe -> new ComposeOrder(recipe, assetVersion, false));
  }

  /** The render that is prescribed; empty where the patient's personal video is all there is. */
  Optional<UUID> renderId() {
    return hosted.or(() -> order().map(ComposeOrder::renderId));
  }
}
