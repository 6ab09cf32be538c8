package dev.kinebeam.render.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.CreatedVideos;
import dev.kinebeam.catalog.db.CreatedVideos.Creation;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderClaims;
import dev.kinebeam.catalog.db.ReplacedVideos;
import dev.kinebeam.catalog.removal.Removals;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What orders leave at the host that end otherwise than by being recorded: nothing. */
class UnrecordedVideosScenarioTest extends BatchFixture {
  private static final ReplacedVideos.Remover REMOVER =
      new ReplacedVideos.Remover("removal", Optional.empty());

  @Test
  void theVideosOfAnEarlierAssetVersionAreDeletedLaterAndTheirRowsSaySo() throws Exception {
    ComposeOrder old = order(GOOD, "left", 5);
    ComposeOrder other = order(GOOD, "right", 5);
    serve(Optional.empty(), old, other);
    sql("UPDATE exercises SET asset_version = 2 WHERE slug = '" + GOOD + "'");
    serve(Optional.empty(), new ComposeOrder(old.recipe(), 2, false));

    ReplacedVideos replaced = new ReplacedVideos(tools.database);
    replaced.noteSuperseded("fake");
    assertThat(sum("SELECT count(*) FROM replaced_videos")).isEqualTo(2);
    assertThat(replaced.<IOException>deleteOne("fake", REMOVER, this::deleted)).isEmpty();
    ReplacedVideos.Remover worker =
        new ReplacedVideos.Remover("worker", Optional.of(Duration.ZERO));
    while (replaced.<IOException>deleteOne("fake", worker, this::deleted).isPresent()) {
      assertThat(sum("SELECT count(*) FROM replaced_videos")).isLessThan(2);
    }
    assertThat(tools.host.count()).as("the present version's").isEqualTo(1);
    Render row = tools.renders.find(old.key()).orElseThrow();
    assertThat(row.status()).isEqualTo(Render.Status.FAILED);
    assertThat(row.error().orElseThrow()).contains("its asset version was replaced");
    assertThat(sum("SELECT count(*) FROM exercise_renders WHERE segments IS NULL")).isZero();
  }

  @Test
  void aForcedRenderKeepsTheReplacedVideoUntilPlayersAreThrough() throws Exception {
    ComposeOrder order = order(GOOD, "left", 5);
    serve(Optional.empty(), order);
    String first = results().get(0).video().hostVideoId();
    serve(Optional.empty(), new ComposeOrder(order.recipe(), order.assetVersion(), true));
    String second = results().get(0).video().hostVideoId();
    assertThat(tools.host.has(first)).isTrue();

    ReplacedVideos replaced = new ReplacedVideos(tools.database);
    assertThat(replaced.<IOException>deleteOne("fake", REMOVER, this::deleted)).isEmpty();
    sql("UPDATE replaced_videos SET delete_after = now() - interval '1 second'");
    assertThat(replaced.<IOException>deleteOne("another host", REMOVER, this::deleted)).isEmpty();
    assertThat(replaced.<IOException>deleteOne("fake", REMOVER, this::deleted)).contains(first);
    assertThat(replaced.<IOException>deleteOne("fake", REMOVER, this::deleted)).isEmpty();
    assertThat(tools.host.has(first)).isFalse();
    assertThat(tools.host.has(second)).isTrue();
  }

  @Test
  void aDeadWorkersClaimIsTakenOverAndWhatItUploadedIsRemoved() throws Exception {
    ComposeOrder order = order(GOOD, "left", 5);
    tools.renders.begin(order);
    UUID deadPlan = UUID.randomUUID();
    String left = order.renderId() + "." + deadPlan;
    String leftVideo = leftAtTheHost(order, deadPlan, left, true);
    assertThat(counts(serve(Optional.empty(), order)))
        .isEqualTo("1 rendered, 0 skipped, 0 failed, 0 refused");
    try (Removals removals = removals()) {
      removals.removeLeftovers();
      assertThat(removals.deleteDue()).isEqualTo(1);
    }
    assertThat(tools.host.has(leftVideo)).isFalse();
    assertThat(tools.host.count()).isEqualTo(1);
    assertThat(sum("SELECT count(*) FROM created_videos")).isZero();
  }

  @Test
  void whatAKilledWorkerCreatedIsRemovedThoughItCouldNotNoteTheHostsAnswer() throws Exception {
    ComposeOrder order = order(GOOD, "left", 5);
    tools.renders.begin(order);
    UUID deadPlan = UUID.randomUUID();
    leftAtTheHost(order, deadPlan, order.renderId() + "." + deadPlan, false);
    try (Removals removals = removals()) {
      removals.removeLeftovers();
      // Its claim holds for 1.5 s, and it may have lived without the database for five minutes.
      assertThat(removals.deleteDue()).isZero();
      sql("UPDATE render_claims SET expires_at = now() - interval '5 minutes'");
      removals.removeLeftovers();
      assertThat(removals.deleteDue()).isEqualTo(1);
    }
    assertThat(tools.host.count()).isZero();
    assertThat(sum("SELECT count(*) FROM render_claims")).isZero();
  }

  @Test
  void anUploadThatTheHostConfirmedAndLostIsSentAgain() throws Exception {
    tools.playableWithin = Duration.ofSeconds(2);
    tools.host.loseUploads(1);
    ComposeOrder order = order(GOOD, "left", 5);
    assertThat(counts(serve(Optional.empty(), order)))
        .isEqualTo("1 rendered, 0 skipped, 0 failed, 0 refused");
    assertThat(tools.host.uploads()).isEqualTo(2);
    assertThat(tools.host.count()).isEqualTo(1);
  }

  @Test
  void aHostThatLosesEveryUploadOrLiesOrNeverFinishesIsLeftNothing() throws Exception {
    tools.playableWithin = Duration.ofSeconds(1);
    ComposeOrder order = order(GOOD, "left", 5);
    tools.host.loseUploads(100);
    serve(Optional.empty(), order);
    assertThat(results().get(0).error()).contains("confirmed the upload", "does not have its file");
    assertThat(tools.host.count()).isZero();

    tools.host.loseUploads(0);
    tools.host.lieAboutLength(10);
    serve(Optional.empty(), order);
    assertThat(results().get(0).error()).contains("says it is", "s was uploaded");
    assertThat(tools.host.count()).isZero();

    tools.host.lieAboutLength(1);
    tools.host.neverFinish(true);
    serve(Optional.empty(), order);
    assertThat(results().get(0).error()).contains("did not make it playable within 1 s");
    assertThat(tools.host.count()).isZero();
    assertThat(sum("SELECT count(*) FROM created_videos")).isZero();
    assertThat(sum("SELECT count(*) FROM replaced_videos")).isZero();
  }

  @Test
  void whatCannotBeRemovedNowIsRemovedByTheNextProcess() throws Exception {
    tools.host.failWith("no space left");
    tools.host.goAway(true);
    serve(Optional.empty(), order(GOOD, "left", 5));
    assertThat(tools.host.count()).isEqualTo(1);
    tools.host.goAway(false);
    try (Removals removals = removals()) {
      removals.removeLeftovers();
      assertThat(removals.deleteDue()).isEqualTo(1);
    }
    assertThat(tools.host.count()).isZero();
  }

  private Removals removals() {
    return new Removals(tools.database, tools.host, Duration.ofHours(1));
  }

  /** What a worker of another machine leaves that is killed behind its upload. */
  private String leftAtTheHost(ComposeOrder order, UUID plan, String title, boolean answerNoted) {
    new RenderClaims(tools.database)
        .take(
            order.renderId(),
            plan,
            "elsewhere:1:1:x",
            title,
            Duration.ofMillis(1_500),
            worker -> false);
    CreatedVideos created = new CreatedVideos(tools.database);
    Creation video = new Creation("fake", GOOD, title, order.renderId(), plan);
    created.creating(video);
    String id = tools.host.publish(SampleBundle.directory().resolve("manifest.json"), title, GOOD);
    if (answerNoted) {
      created.created(video, id);
    }
    return id;
  }
}
