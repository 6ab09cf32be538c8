package dev.kinebeam.catalog.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Render.Status;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Picks;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.Segment;
import dev.kinebeam.schemas.render.SetSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class ExerciseRendersTest {
  private static final String SLUG = "lumbar-detensioning";
  private static final ComposeOrder ORDER = order(SLUG, 10);
  private static final Render.Outcome OUTCOME = outcome("video-1");

  private static final Duration WAIT = Duration.ofSeconds(3);

  private static TestDatabase db;

  @BeforeAll
  static void start() throws Exception {
    db = new TestDatabase();
    new Exercises(db.as("postgres")).ensureRepsBased(SLUG, "Lumbar detensioning", "media-1");
  }

  @AfterAll
  static void stop() throws Exception {
    db.close();
  }

  @BeforeEach
  void noRenders() {
    db.owner()
        .useHandle(
            handle -> {
              handle.execute("UPDATE exercises SET catalog_render_id = NULL");
              handle.execute("DELETE FROM exercise_previews");
              handle.execute("DELETE FROM exercise_renders");
              handle.execute("DELETE FROM replaced_videos");
              handle.execute("DELETE FROM created_videos");
            });
  }

  private static ExerciseRenders renders(String role) {
    return new ExerciseRenders(db.as(role));
  }

  private static ComposeOrder order(String slug, int reps) {
    Recipe recipe = new Recipe(slug, "ro", List.of(new SetSpec("left", reps)), null, false);
    return new ComposeOrder(recipe, 1, false);
  }

  private static Render.Outcome outcome(String video) {
    return new Render.Outcome(
        "bunny",
        video,
        105.5,
        Optional.of(3165L),
        Optional.of(new Picks(2, null, 3, 1, null, 1, List.of(new Picks.SetPick(1, 3, null)))),
        List.of(new Segment("set", 1, "left", 0, 5.0, 15.0, List.of(5.0, 10.0, 15.0))));
  }

  private Render request(ComposeOrder order) {
    return new RenderOrders(db.as("gateway"))
        .request(order, RenderLane.INTERACTIVE, Optional.empty());
  }

  @Test
  void readyHoldsWhatTheComposerAnswered() {
    request(ORDER);
    assertThat(renders("render").begin(ORDER).status()).isEqualTo(Status.RENDERING);
    renders("render").ready(ORDER, OUTCOME);

    Render found = renders("gateway").find(ORDER.renderId()).orElseThrow();
    assertThat(found.status()).isEqualTo(Status.READY);
    assertThat(found.key()).isEqualTo(ORDER.key());
    assertThat(found.outcome()).contains(OUTCOME);
    assertThat(found.finishedAt()).isPresent();
  }

  @Test
  void isLookedUpAtThePresentVersionByThoseWhoMaySeeIt() {
    Recipe recipe = ORDER.recipe();
    assertThat(renders("core_api").lookUp(recipe, Optional.empty()))
        .contains(new ExerciseRenders.Cached(1, Optional.empty()));
    renders("render").begin(ORDER);
    assertThat(renders("core_api").lookUp(recipe, Optional.empty()).orElseThrow().ready())
        .isEmpty();
    Render ready = renders("render").ready(ORDER, OUTCOME);
    UUID org = UUID.randomUUID();
    UUID other = UUID.randomUUID();
    db.addOrganization(org);
    db.addOrganization(other);
    for (UUID anyone : List.of(org, other)) {
      assertThat(renders("core_api").lookUp(recipe, Optional.of(anyone)))
          .contains(new ExerciseRenders.Cached(1, Optional.of(ready)));
    }
    db.owner().useHandle(h -> h.execute("UPDATE exercises SET org_id = ?", org));
    db.owner().useHandle(h -> h.execute("UPDATE exercise_renders SET org_id = ?", org));
    try (Database pool =
        Database.open(new DatabaseSettings(db.url("core_api"), "core_api", ""), 1, WAIT)) {
      ExerciseRenders one = new ExerciseRenders(pool);
      assertThat(one.lookUp(recipe, Optional.of(org))).isPresent();
      assertThat(one.lookUp(recipe, Optional.empty())).as("on the same connection").isEmpty();
      assertThat(one.lookUp(recipe, Optional.of(other))).isEmpty();
    }
    db.owner().useHandle(h -> h.execute("UPDATE exercises SET org_id = NULL, asset_version = 2"));
    try {
      assertThat(renders("core_api").lookUp(recipe, Optional.empty()))
          .contains(new ExerciseRenders.Cached(2, Optional.empty()));
    } finally {
      db.owner().useHandle(h -> h.execute("UPDATE exercises SET asset_version = 1"));
    }
  }

  @Test
  void aReadyRenderStays() {
    ExerciseRenders renders = renders("render");
    renders.ready(ORDER, OUTCOME);
    assertThat(renders.begin(ORDER).status()).isEqualTo(Status.READY);
    assertThat(renders.failed(ORDER, new RenderFailure("late", false)).status())
        .isEqualTo(Status.READY);
    assertThat(renders.ready(ORDER, outcome("video-2")).outcome()).contains(OUTCOME);

    ComposeOrder forced = new ComposeOrder(ORDER.recipe(), 1, true);
    assertThat(renders.ready(forced, outcome("video-2")).outcome()).contains(outcome("video-2"));
  }

  @Test
  void exercisesAreFoundBySlug() {
    Exercises exercises = new Exercises(db.as("gateway"));
    assertThat(exercises.find(SLUG))
        .hasValueSatisfying(
            exercise -> {
              assertThat(exercise.assetVersion()).isEqualTo(1);
              assertThat(exercise.mediaId()).contains("media-1");
              assertThat(exercise.kind()).isEqualTo(Exercises.Kind.REPS_BASED);
            });
    assertThat(exercises.find("no-such-exercise")).isEmpty();
  }

  @Test
  void aPreviewIsShownFromTheMomentItIsReadyAndOthersAreNot() {
    UUID plan = UUID.randomUUID();
    ComposeOrder other = order(SLUG, 5);
    created(other, plan, "video-2");
    renders("render").ready(other, plan, outcome("video-2"), Optional.empty(), false);
    assertThat(shown()).isEmpty();
    created(ORDER, plan, "video-1");
    renders("render").ready(ORDER, plan, OUTCOME, Optional.empty(), true);
    assertThat(shown()).contains(ORDER.renderId());
  }

  @Test
  void aPreviewOfAnOldAssetVersionIsNotShown() {
    ComposeOrder old = new ComposeOrder(ORDER.recipe(), 7, false);
    UUID plan = UUID.randomUUID();
    created(old, plan, "video-1");
    renders("render").ready(old, plan, OUTCOME, Optional.empty(), true);
    assertThat(shown()).isEmpty();
  }

  private static void created(ComposeOrder order, UUID plan, String video) {
    new CreatedVideos(db.as("render"))
        .created(
            new CreatedVideos.Creation("bunny", SLUG, "title of " + video, order.renderId(), plan),
            video);
  }

  private static Optional<UUID> shown() {
    return db.owner()
        .withHandle(
            handle ->
                handle
                    .createQuery("SELECT catalog_render_id FROM exercises WHERE slug = ?")
                    .bind(0, SLUG)
                    .mapTo(UUID.class)
                    .findOne());
  }
}
