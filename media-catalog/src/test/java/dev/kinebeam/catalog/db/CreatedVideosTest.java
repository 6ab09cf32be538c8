package dev.kinebeam.catalog.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.db.CreatedVideos.Creation;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With the rights of the render job and no others. */
@Tag("servers")
class CreatedVideosTest {
  private static final String SLUG = "lumbar-detensioning";
  private static final ComposeOrder ORDER =
      new ComposeOrder(
          new Recipe(SLUG, "ro", List.of(new SetSpec("left", 5)), null, false), 1, false);
  private static TestDatabase db;

  private final CreatedVideos created = new CreatedVideos(db.as("render"));
  private static final ReplacedVideos.Remover REMOVER =
      new ReplacedVideos.Remover("removal", Optional.empty());

  private final ReplacedVideos replaced = new ReplacedVideos(db.as("render"));
  private final RenderClaims claims = new RenderClaims(db.as("render"));
  private final UUID plan = UUID.randomUUID();
  private final Creation video = creation(plan);

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
  void nothing() {
    for (String table :
        List.of("render_claims", "created_videos", "replaced_videos", "exercise_renders")) {
      sql("DELETE FROM " + table);
    }
  }

  private static Creation creation(UUID plan) {
    return new Creation("bunny", SLUG, "title", ORDER.renderId(), plan);
  }

  private RenderClaims.Attempt claim(UUID planId) {
    return claims.take(
        ORDER.renderId(), planId, "w", "title", Duration.ofMinutes(1), worker -> false);
  }

  private Render record(UUID planId, String hostVideoId) {
    Render.Outcome outcome =
        new Render.Outcome("bunny", hostVideoId, 10, Optional.empty(), Optional.empty(), List.of());
    return new ExerciseRenders(db.as("render"))
        .ready(ORDER, planId, outcome, Optional.empty(), false);
  }

  private static void sql(String statement) {
    db.owner().useHandle(handle -> handle.execute(statement));
  }

  private List<String> deleteDue() {
    List<String> deleted = new ArrayList<>();
    while (replaced.<RuntimeException>deleteOne("bunny", REMOVER, deleted::add).isPresent()) {
      assertThat(deleted.size()).isLessThan(10);
    }
    return deleted;
  }

  @Test
  void neitherWhatAHeldClaimMakesNorWhatIsRecordedIsALeftover() {
    claim(plan);
    created.creating(video);
    created.created(video, "video-1");
    assertThat(created.leftovers("bunny")).isEmpty();
    assertThat(record(plan, "video-1").status()).isEqualTo(Render.Status.READY);
    assertThat(created.leftovers("bunny")).isEmpty();
    assertThat(created.giveUp(video)).isEmpty();
    // A repetition, because the answer to the first was lost.
    assertThat(record(plan, "video-1").status()).isEqualTo(Render.Status.READY);
  }

  @Test
  void whatIsGivenUpIsDueAtOnce() {
    claim(plan);
    created.creating(video);
    assertThat(created.giveUp(video)).isEmpty();
    created.created(video, "video-1");
    assertThat(created.giveUp(video)).contains("video-1");
    assertThat(deleteDue()).as("its claim holds").isEmpty();
    claims.release(ORDER.renderId(), plan, "w");
    assertThat(deleteDue()).containsExactly("video-1");
  }

  @Test
  void aVideoThatARowNamesIsNeverGivenUp() {
    created.created(video, "video-1");
    record(plan, "video-1");
    created.created(creation(UUID.randomUUID()), "video-1");
    for (CreatedVideos.Leftover leftover : created.leftovers("bunny")) {
      created.remove(leftover, List.of("video-1"));
    }
    assertThat(replaced.<RuntimeException>deleteOne("bunny", REMOVER, id -> fail(id)))
        .contains("video-1");
    assertThat(deleteDue()).isEmpty();
  }

  private static boolean fail(String id) {
    throw new AssertionError(id + " is deleted though a row names it");
  }

  @Test
  void aWorkerWhoseClaimRanOutRecordsNothing() {
    claim(plan);
    created.created(video, "video-1");
    ranOut("6 minutes");
    CreatedVideos.Leftover leftover = created.leftovers("bunny").get(0);
    assertThat(leftover.hostVideoId()).contains("video-1");
    created.remove(leftover, List.of("video-1"));

    new ExerciseRenders(db.as("render")).begin(ORDER);
    assertThat(record(plan, "video-1").status()).isEqualTo(Render.Status.RENDERING);
    assertThat(deleteDue()).containsExactly("video-1");
  }

  /** After a database outage whoever sweeps first must not take what others still make. */
  @Test
  void aWorkerThatCouldNotRenewItsClaimForAMomentRecordsItsVideo() {
    claim(plan);
    created.created(video, "video-1");
    ranOut("1 minute");
    claims.endAbandoned(worker -> false);
    assertThat(created.leftovers("bunny")).isEmpty();
    created.remove(new CreatedVideos.Leftover(video, Optional.of("video-1")), List.of("video-1"));
    assertThat(record(plan, "video-1").status()).isEqualTo(Render.Status.READY);
    assertThat(deleteDue()).isEmpty();
  }

  @Test
  void whatADeadWorkerLeftIsRemovedAtOnceWhetherItsClaimRanOutOrNot() {
    for (String ago : List.of("-1 minute", "1 minute")) {
      claim(plan);
      created.created(video, "video-1");
      ranOut(ago);
      claims.endAbandoned("w"::equals);
      CreatedVideos.Leftover leftover = created.leftovers("bunny").get(0);
      created.remove(leftover, List.of("video-1"));
      assertThat(deleteDue()).containsExactly("video-1");
    }
  }

  private static void ranOut(String ago) {
    sql("UPDATE render_claims SET expires_at = now() - interval '" + ago + "'");
  }

  @Test
  void aClaimThatTakesTheVideoOverKeepsIt() {
    claim(plan);
    created.created(video, "video-1");
    ranOut("6 minutes");
    CreatedVideos.Leftover seen = created.leftovers("bunny").get(0);

    UUID next = UUID.randomUUID();
    claim(next);
    created.created(creation(next), "video-1");
    created.remove(seen, List.of("video-1"));
    assertThat(created.giveUp(video)).isEmpty();
    assertThat(record(next, "video-1").status()).isEqualTo(Render.Status.READY);
    assertThat(deleteDue()).isEmpty();
  }

  @Test
  void aDeletionClaimsItsRenderAndIsTriedAgainWhenTheHostDoesNotAnswer() {
    created.created(video, "video-1");
    created.giveUp(video);
    assertThatThrownBy(
            () ->
                replaced.deleteOne(
                    "bunny",
                    REMOVER,
                    id -> {
                      throw new IOException("no host");
                    }))
        .isInstanceOf(IOException.class);
    assertThat(
            replaced.<RuntimeException>deleteOne(
                "bunny",
                REMOVER,
                id -> {
                  assertThat(claim(UUID.randomUUID())).isInstanceOf(RenderClaims.Held.class);
                  return true;
                }))
        .contains("video-1");
    assertThat(claim(UUID.randomUUID())).isInstanceOf(RenderClaims.Granted.class);
  }
}
