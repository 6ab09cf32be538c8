package dev.kinebeam.catalog.curation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.curation.BundleArrivals.Arrival;
import dev.kinebeam.catalog.curation.BundleArrivals.Noted;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.testkit.TestPostgres;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With the rights of the login that brings bundles. */
@Tag("servers")
class BundleArrivalsTest {
  private static TestPostgres postgres;
  private static BundleArrivals arrivals;

  @BeforeAll
  static void start() {
    postgres = TestPostgres.migrated();
    arrivals = new BundleArrivals(Database.over(postgres.as("render")));
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  private static PreviewPlan plan(String slug, List<String> languages, boolean servesFirst) {
    List<Recipe> recipes =
        languages.stream()
            .map(
                language ->
                    new Recipe(slug, language, List.of(new SetSpec("left", 5)), null, false))
            .toList();
    List<FieldError> missing =
        servesFirst
            ? List.of()
            : List.of(
                new FieldError("languages.ro", "missing", "audio/ro/intro-vo-1.mp3 is missing"));
    return new PreviewPlan(recipes, servesFirst, missing);
  }

  private static Optional<Noted> note(String slug, String fingerprint, boolean changed)
      throws IOException {
    PreviewPlan plan = plan(slug, List.of("ro", "en"), true);
    return arrivals.note(new Arrival(slug, slug, fingerprint, changed, plan));
  }

  private static void exercise(String slug, String status) {
    postgres.run(
        "INSERT INTO exercises (slug, kind, display_name, status, bundle_fingerprint)"
            + " VALUES ('%s', 'reps_based', 'A', '%s', 'zero')".formatted(slug, status));
  }

  private static List<Map<String, String>> orders(String slug) {
    return postgres.rows(
        "SELECT o.language, o.asset_version, o.position, r.lane, r.status"
            + " FROM preview_orders AS o JOIN exercises AS e USING (exercise_id)"
            + " JOIN exercise_renders AS r USING (render_id)"
            + " WHERE slug = '%s' ORDER BY o.position".formatted(slug));
  }

  private static Map<String, String> row(String slug) {
    return postgres
        .rows(
            "SELECT status, asset_version, publish_error FROM exercises WHERE slug = '%s'"
                .formatted(slug))
        .get(0);
  }

  @Test
  void aNewBundleIsADraftAndEachOtherContentTheNextAssetVersion() throws Exception {
    assertThat(note("squat", "one", true)).contains(new Noted(true, 1));
    assertThat(row("squat")).containsEntry("status", "draft");
    assertThat(note("squat", "one", false)).contains(new Noted(false, 1));
    assertThat(note("squat", "two", true)).contains(new Noted(false, 2));
    // Uploaded by a run that died before it came here: this one found nothing to upload.
    assertThat(note("squat", "three", false)).contains(new Noted(false, 3));
    assertThat(note("squat", "three", true)).contains(new Noted(false, 3));
    assertThat(orders("squat")).as("of a draft").isEmpty();
  }

  @Test
  void whereNothingIsKnownOfTheContentOnlyAChangeRaisesTheVersion() throws Exception {
    String unknown =
        "INSERT INTO exercises (slug, kind, display_name) VALUES ('%s', 'reps_based', 'A')";
    postgres.run(unknown.formatted("bend"));
    assertThat(note("bend", "one", false)).contains(new Noted(false, 1));
    postgres.run(unknown.formatted("roll"));
    assertThat(note("roll", "one", true)).as("nothing is stale").contains(new Noted(false, 1));
    postgres.run(unknown.formatted("twist"));
    postgres.run(
        """
        INSERT INTO exercise_renders
          (render_id, exercise_id, recipe_hash, language, asset_version, recipe)
        SELECT gen_random_uuid(), exercise_id, 'h', 'ro', 1, '{}'
          FROM exercises WHERE slug = 'twist'
        """);
    assertThat(note("twist", "one", true)).contains(new Noted(false, 2));
  }

  @Test
  void aWholeVideoHasNoBundle() throws Exception {
    postgres.run(
        "INSERT INTO exercises (slug, kind, display_name) VALUES ('film', 'duration_based', 'F')");
    assertThat(note("film", "one", true)).isEmpty();
    assertThat(row("film")).containsEntry("asset_version", "1");
  }

  @Test
  void thePreviewsOfAPublishedExerciseAreOrderedWithItsNextVersion() throws Exception {
    exercise("shown", "published");
    assertThat(note("shown", "one", true)).contains(new Noted(false, 2));
    assertThat(orders("shown"))
        .containsExactly(
            Map.of(
                "language",
                "ro",
                "asset_version",
                "2",
                "position",
                "0",
                "lane",
                "interactive",
                "status",
                "queued"),
            Map.of(
                "language",
                "en",
                "asset_version",
                "2",
                "position",
                "1",
                "lane",
                "interactive",
                "status",
                "queued"));
    assertThat(note("shown", "one", true)).as("again").contains(new Noted(false, 2));
  }

  /** The bucket has the new content already, so that the version has to follow. */
  @Test
  void aBundleThatLacksTheFirstLanguageLeavesWhatIsShownAndEndsAPublish() throws Exception {
    exercise("half-shown", "published");
    exercise("half-published", "publishing");
    for (String slug : List.of("half-shown", "half-published")) {
      PreviewPlan plan = plan(slug, List.of("en"), false);
      assertThat(arrivals.note(new Arrival(slug, slug, "one", true, plan)))
          .contains(new Noted(false, 2));
      assertThat(orders(slug)).hasSize(1);
      assertThat(orders(slug).get(0))
          .as("the first language's is not awaited")
          .containsEntry("position", "1");
    }
    assertThat(row("half-shown")).containsEntry("status", "published");
    assertThat(row("half-published")).containsEntry("status", "draft");
    assertThat(row("half-published").get("publish_error")).contains("audio/ro/intro-vo-1.mp3");
  }

  @Test
  void anOrganizationsOwnIsOrderedForIt() throws Exception {
    postgres.run(
        """
        INSERT INTO organizations (org_id, name)
        VALUES ('00000000-0000-0000-0000-0000000000b6', 'Clinic');
        INSERT INTO exercises (slug, kind, display_name, status, bundle_fingerprint, org_id)
        VALUES ('own', 'reps_based', 'A', 'published', 'zero',
                '00000000-0000-0000-0000-0000000000b6')
        """);
    assertThat(note("own", "one", true)).contains(new Noted(false, 2));
    assertThat(orders("own")).hasSize(2);
    assertThat(postgres.rows("SELECT FROM render_requests")).hasSize(2);
  }

  @Test
  void twoArrivalsAtOnceAreTwoVersionsOrOne() throws Exception {
    exercise("busy", "published");
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      for (int round = 1; round <= 5; round++) {
        CyclicBarrier barrier = new CyclicBarrier(2);
        List<Future<Optional<Noted>>> both = new ArrayList<>();
        for (String fingerprint : List.of("a" + round, "b" + round)) {
          both.add(
              threads.submit(
                  () -> {
                    barrier.await(20, TimeUnit.SECONDS);
                    return note("busy", fingerprint, true);
                  }));
        }
        for (Future<Optional<Noted>> each : both) {
          assertThat(each.get(20, TimeUnit.SECONDS)).isPresent();
        }
        String version = Integer.toString(1 + 2 * round);
        assertThat(row("busy")).containsEntry("asset_version", version);
        assertThat(orders("busy"))
            .extracting(row -> row.get("asset_version"))
            .containsOnly(version);
      }
    } finally {
      threads.shutdownNow();
    }
  }
}
