package dev.kinebeam.catalog.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Exercises.Bundled;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With the rights of the render programs. */
@Tag("servers")
class ExercisesTest {
  private static TestDatabase db;
  private final Exercises exercises = new Exercises(db.as("render"));

  @BeforeAll
  static void start() throws Exception {
    db = new TestDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    db.close();
  }

  @Test
  void aNewBundleIsADraftAndEachOtherContentTheNextAssetVersion() {
    assertThat(exercises.bundled("squat", "Squat", "one", true)).contains(new Bundled(true, 1));
    assertThat(exercises.find("squat").orElseThrow().status()).isEqualTo(Exercises.Status.DRAFT);
    assertThat(exercises.bundled("squat", "Squat", "one", false)).contains(new Bundled(false, 1));
    assertThat(exercises.bundled("squat", "Squat", "two", true)).contains(new Bundled(false, 2));
    // Uploaded by a run that died before it came here: this one found nothing to upload.
    assertThat(exercises.bundled("squat", "Squat", "three", false)).contains(new Bundled(false, 3));
    assertThat(exercises.bundled("squat", "Squat", "three", true)).contains(new Bundled(false, 3));
  }

  @Test
  void whereNothingIsKnownOfTheContentOnlyAChangeRaisesTheVersion() {
    exercises.addRepsBased("bend", "Bend");
    assertThat(exercises.bundled("bend", "Bend", "one", false)).contains(new Bundled(false, 1));
    exercises.addRepsBased("twist", "Twist");
    db.owner()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    INSERT INTO exercise_renders
                      (render_id, exercise_id, recipe_hash, language, asset_version, recipe)
                    SELECT gen_random_uuid(), exercise_id, 'h', 'ro', 1, '{}'
                      FROM exercises WHERE slug = 'twist'
                    """));
    assertThat(exercises.bundled("twist", "Twist", "one", true)).contains(new Bundled(false, 2));
  }

  @Test
  void nothingIsStaleWhereNothingWasMade() {
    exercises.addRepsBased("roll", "Roll");
    assertThat(exercises.bundled("roll", "Roll", "one", true)).contains(new Bundled(false, 1));
  }

  @Test
  void aWholeVideoHasNoBundle() {
    db.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO exercises (slug, kind, display_name)"
                        + " VALUES ('film', 'duration_based', 'Film')"));
    assertThat(exercises.bundled("film", "Film", "one", true)).isEmpty();
    assertThat(exercises.find("film").orElseThrow().assetVersion()).isEqualTo(1);
  }
}
