package dev.kinebeam.catalog.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.db.Render.Status;
import dev.kinebeam.catalog.db.RenderOutbox.Entry;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** From an order to the outbox and back, with the rights that each program has. */
@Tag("servers")
class RenderOrdersTest {
  private static final String SLUG = "lumbar-detensioning";
  private static final ComposeOrder ORDER = order(SLUG, "ro");
  private static final ComposeOrder OTHER = order(SLUG, "en");
  private static final RenderFailure OUTAGE = new RenderFailure("the host is unavailable", true);
  private static final Render.Outcome OUTCOME =
      new Render.Outcome("own", "video", 20, Optional.empty(), Optional.empty(), List.of());

  private static TestDatabase db;

  @BeforeAll
  static void start() {
    db = new TestDatabase();
    new Exercises(db.as("postgres")).ensureRepsBased(SLUG, "Lumbar detensioning", "media-1");
  }

  @AfterAll
  static void stop() {
    db.close();
  }

  @BeforeEach
  void nothing() {
    db.owner()
        .useHandle(
            handle -> {
              handle.execute("DELETE FROM exercise_renders");
              handle.execute("DELETE FROM render_bulks");
              handle.execute("DELETE FROM render_changes");
              handle.execute("DELETE FROM webhook_subscriptions");
            });
  }

  private static ComposeOrder order(String slug, String language) {
    Recipe recipe = new Recipe(slug, language, List.of(new SetSpec("left", 5)), 42L, false);
    return new ComposeOrder(recipe, 1, false);
  }

  private static Render request(ComposeOrder order, RenderLane lane) {
    return new RenderOrders(db.as("gateway")).request(order, lane, Optional.empty());
  }

  private static ExerciseRenders composer() {
    return new ExerciseRenders(db.as("render"));
  }

  private static RenderOutbox relay() {
    return new RenderOutbox(db.as("worker"));
  }

  private static List<Entry> due(RenderLane lane) {
    return relay().due(lane, 100);
  }

  private static void sendAll() {
    for (RenderLane lane : RenderLane.values()) {
      relay().sent(due(lane));
    }
  }

  private static void age(String sql) {
    db.owner().useHandle(handle -> handle.execute(sql));
  }

  @Test
  void anOrderIsARowAndAnEntryAndWhoeverAsksTooJoinsIt() {
    assertThat(request(ORDER, RenderLane.INTERACTIVE).status()).isEqualTo(Status.QUEUED);
    assertThat(request(ORDER, RenderLane.INTERACTIVE).status()).isEqualTo(Status.QUEUED);
    List<Entry> entries = due(RenderLane.INTERACTIVE);
    assertThat(entries).hasSize(1);
    ComposeOrder.Parsed sent = ComposeOrder.parse(entries.get(0).value());
    assertThat(((ComposeOrder.Valid) sent).order().with("", 0)).isEqualTo(ORDER);
  }

  /** What locks a row leaves its transaction's number in it, and has to be made durable. */
  @Test
  void oneThatIsReadyIsReadAndNotLocked() {
    request(ORDER, RenderLane.INTERACTIVE);
    composer().ready(ORDER, OUTCOME);
    String before = lastTransaction();
    assertThat(request(ORDER, RenderLane.INTERACTIVE).status()).isEqualTo(Status.READY);
    assertThat(lastTransaction()).isEqualTo(before);

    UUID clinic = UUID.randomUUID();
    new RenderOrders(db.as("core_api")).request(ORDER, RenderLane.BULK, Optional.of(clinic));
    assertThat(
            db.owner()
                .<List<UUID>, RuntimeException>withHandle(
                    handle ->
                        handle
                            .createQuery("SELECT org_id FROM render_requests WHERE render_id = :id")
                            .bind("id", ORDER.renderId())
                            .mapTo(UUID.class)
                            .list()))
        .as("whose organisation is noted")
        .containsExactly(clinic);
  }

  private static String lastTransaction() {
    return db.owner()
        .<String, RuntimeException>withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT xmin || ' ' || xmax FROM exercise_renders WHERE render_id = :id")
                    .bind("id", ORDER.renderId())
                    .mapTo(String.class)
                    .one());
  }

  /** The two are of one transaction: when it is rolled back neither is there. */
  @Test
  void anOrderThatIsRolledBackLeavesNothing() {
    assertThatThrownBy(
            () ->
                db.as("gateway")
                    .inTransaction(
                        handle -> {
                          RenderOrders.request(
                              handle, ORDER, RenderLane.INTERACTIVE, Optional.empty());
                          throw new IllegalStateException("the caller fails");
                        }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(composer().find(ORDER.renderId())).isEmpty();
    assertThat(due(RenderLane.INTERACTIVE)).isEmpty();
  }

  @Test
  void ofManyCallersAtOnceOneOrders() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(4);
    try {
      Callable<Render> caller = () -> request(ORDER, RenderLane.INTERACTIVE);
      for (var answer : callers.invokeAll(List.of(caller, caller, caller, caller))) {
        assertThat(answer.get().status()).isEqualTo(Status.QUEUED);
      }
    } finally {
      callers.shutdownNow();
    }
    assertThat(due(RenderLane.INTERACTIVE)).hasSize(1);
  }

  @Test
  void aReadyRenderIsAnsweredFromItsRow() {
    composer().ready(ORDER, OUTCOME);
    assertThat(request(ORDER, RenderLane.INTERACTIVE).outcome()).contains(OUTCOME);
    assertThat(due(RenderLane.INTERACTIVE)).isEmpty();
  }

  @Test
  void anUnknownExerciseHasNoRenders() {
    assertThatThrownBy(() -> request(order("no-such-exercise", "ro"), RenderLane.BULK))
        .isInstanceOf(UnknownExerciseException.class);
  }

  @Test
  void whatWasSentIsOnItsWayUntilItHasEnded() {
    request(ORDER, RenderLane.INTERACTIVE);
    assertThat(relay().standing().waiting(RenderLane.INTERACTIVE)).isEqualTo(1);
    sendAll();
    assertThat(relay().standing().waiting()).isEmpty();
    assertThat(relay().standing().inFlight(RenderLane.INTERACTIVE)).isEqualTo(1);
    composer().beginQueued(ORDER);
    assertThat(relay().standing().inFlight(RenderLane.INTERACTIVE)).isEqualTo(1);
    composer().ready(ORDER, OUTCOME);
    assertThat(relay().standing().inFlight()).isEmpty();
  }

  @Test
  void whoeverWaitsMovesAnOrderOfABulkToTheFrontLane() {
    request(ORDER, RenderLane.BULK);
    List<Entry> beforehand = due(RenderLane.BULK);
    request(ORDER, RenderLane.INTERACTIVE);
    assertThat(due(RenderLane.BULK)).isEmpty();
    assertThat(due(RenderLane.INTERACTIVE)).hasSize(1);
    // A relay that had read it before the move deletes nothing.
    relay().sent(beforehand);
    assertThat(due(RenderLane.INTERACTIVE)).hasSize(1);
    request(ORDER, RenderLane.BULK);
    assertThat(due(RenderLane.BULK)).as("it is not moved back").isEmpty();
  }

  @Test
  void whatMayPassIsTriedAgainLaterAndFailsAfterTheLastAttempt() {
    request(ORDER, RenderLane.BULK);
    for (int attempt = 1; attempt < RenderRetries.ATTEMPTS; attempt++) {
      sendAll();
      composer().beginQueued(ORDER);
      Render waiting = composer().failedOrRetried(ORDER, OUTAGE);
      assertThat(waiting.status()).isEqualTo(Status.QUEUED);
      assertThat(waiting.error()).contains("the host is unavailable");
      assertThat(due(RenderLane.BULK)).as("not before its time").isEmpty();
      age("UPDATE render_outbox SET due_at = now()");
      assertThat(due(RenderLane.BULK)).hasSize(1);
    }
    composer().beginQueued(ORDER);
    Render failed = composer().failedOrRetried(ORDER, OUTAGE);
    assertThat(failed.status()).isEqualTo(Status.FAILED);
    assertThat(failed.work().retryable()).isTrue();
    assertThat(failed.work().attempts()).isEqualTo(RenderRetries.ATTEMPTS);
    assertThat(new RenderOrders(db.as("core_api")).retry(ORDER.renderId()).orElseThrow().status())
        .isEqualTo(Status.QUEUED);
    assertThat(due(RenderLane.INTERACTIVE)).hasSize(1);
  }

  @Test
  void delaysGrow() {
    assertThat(RenderRetries.DELAYS.delay(1, 0)).isEqualTo(Duration.ofSeconds(10));
    assertThat(RenderRetries.DELAYS.delay(4, 0)).isEqualTo(Duration.ofSeconds(80));
  }

  @Test
  void whatCannotPassFailsAtOnce() {
    request(ORDER, RenderLane.INTERACTIVE);
    composer().beginQueued(ORDER);
    Render failed =
        composer().failedOrRetried(ORDER, new RenderFailure("a.mp4 has no video", false));
    assertThat(failed.status()).isEqualTo(Status.FAILED);
    assertThat(failed.work().retryable()).isFalse();
  }

  @Test
  void theSweepSendsAgainWhatNobodyTookAndFailsWhatNeverEnds() {
    RenderSweep sweep = RenderSweep.USUAL;
    request(ORDER, RenderLane.INTERACTIVE);
    sendAll();
    assertThat(sweep.run(db.as("worker"))).isEqualTo(new RenderSweep.Swept(0, 0));
    age("UPDATE exercise_renders SET sent_at = now() - interval '11 minutes'");
    assertThat(sweep.run(db.as("worker"))).isEqualTo(new RenderSweep.Swept(1, 0));
    assertThat(due(RenderLane.INTERACTIVE)).hasSize(1);

    sendAll();
    composer().beginQueued(ORDER);
    age("UPDATE exercise_renders SET changed_at = now() - interval '31 minutes'");
    assertThat(sweep.run(db.as("worker"))).isEqualTo(new RenderSweep.Swept(1, 0));

    age(
        "UPDATE exercise_renders SET changed_at = now() - interval '25 hours',"
            + " queued_at = now() - interval '25 hours'");
    assertThat(sweep.run(db.as("worker"))).isEqualTo(new RenderSweep.Swept(0, 1));
    assertThat(due(RenderLane.INTERACTIVE)).isEmpty();
    assertThat(composer().find(ORDER.renderId()).orElseThrow().error().orElseThrow())
        .contains("ask again");
  }

  /** Composers that are down find every order that was sent: each further one is one too many. */
  @Test
  void theSweepWaitsTwiceAsLongAfterEachTime() {
    request(ORDER, RenderLane.INTERACTIVE);
    sendAll();
    age("UPDATE exercise_renders SET sent_at = now() - interval '11 minutes'");
    assertThat(RenderSweep.USUAL.run(db.as("worker")).sentAgain()).isEqualTo(1);
    sendAll();
    age("UPDATE exercise_renders SET sent_at = now() - interval '19 minutes'");
    assertThat(RenderSweep.USUAL.run(db.as("worker")).sentAgain()).isZero();
    age("UPDATE exercise_renders SET sent_at = now() - interval '21 minutes'");
    assertThat(RenderSweep.USUAL.run(db.as("worker")).sentAgain()).isEqualTo(1);
    sendAll();
    age("UPDATE exercise_renders SET sent_at = now() - interval '39 minutes'");
    assertThat(RenderSweep.USUAL.run(db.as("worker")).sentAgain()).isZero();
  }

  @Test
  void anOrderThatFailedIsNotBegunAgainByItsRepetition() {
    request(ORDER, RenderLane.INTERACTIVE);
    composer().beginQueued(ORDER);
    composer().failedOrRetried(ORDER, new RenderFailure("a.mp4 has no video", false));
    Render repeated = composer().beginQueued(ORDER);
    assertThat(repeated.status()).isEqualTo(Status.FAILED);
    assertThat(repeated.work().attempts()).isEqualTo(1);
    request(ORDER, RenderLane.INTERACTIVE);
    assertThat(composer().beginQueued(ORDER).status()).isEqualTo(Status.RENDERING);
  }

  @Test
  void bulksWithTheSameRendersDoNotWaitForEachOther() throws Exception {
    RenderBulks bulks = new RenderBulks(db.as("core_api"));
    ExecutorService callers = Executors.newFixedThreadPool(2);
    try {
      for (int round = 0; round < 20; round++) {
        Callable<UUID> one = () -> bulks.order(List.of(ORDER, OTHER), "me");
        Callable<UUID> reversed = () -> bulks.order(List.of(OTHER, ORDER), "you");
        for (var answer : callers.invokeAll(List.of(one, reversed))) {
          assertThat(bulks.find(answer.get()).orElseThrow().total()).isEqualTo(2);
        }
        nothing();
      }
    } finally {
      callers.shutdownNow();
    }
  }

  /** The event's transaction makes a render ready: a receiver that leaves must not undo it. */
  @Test
  void aSubscriptionThatIsBeingDeletedHoldsNoEventUp() {
    UUID id =
        new Webhooks(db.as("core_api"))
            .subscribe(Optional.empty(), "https://a.example/", List.of("render.ready"), "me")
            .orElseThrow()
            .id();
    try (Handle deleting = db.owner().open()) {
      deleting.begin();
      deleting.execute("DELETE FROM webhook_subscriptions WHERE subscription_id = ?", id);
      assertThat(composer().ready(ORDER, OUTCOME).status()).isEqualTo(Status.READY);
      deleting.commit();
    }
    assertThat(new Webhooks(db.as("worker")).take(Duration.ofMinutes(1), 10, Map.of())).isEmpty();
  }

  @Test
  void theSweepLeavesWhatABatchMakes() {
    composer().begin(ORDER);
    age("UPDATE exercise_renders SET changed_at = now() - interval '3 hours', attempts = 9");
    assertThat(RenderSweep.USUAL.run(db.as("worker"))).isEqualTo(new RenderSweep.Swept(0, 0));
    age(
        "UPDATE exercise_renders SET changed_at = now() - interval '25 hours',"
            + " queued_at = now() - interval '25 hours'");
    assertThat(RenderSweep.USUAL.run(db.as("worker"))).isEqualTo(new RenderSweep.Swept(0, 1));
  }

  /** A claim that is renewed is a sign of life, however long a step takes. */
  @Test
  void theSweepLeavesWhatIsClaimed() {
    request(ORDER, RenderLane.INTERACTIVE);
    sendAll();
    composer().beginQueued(ORDER);
    new RenderClaims(db.as("render"))
        .take(
            ORDER.renderId(), UUID.randomUUID(), "worker", "t", Duration.ofMinutes(5), w -> false);
    age("UPDATE exercise_renders SET changed_at = now() - interval '25 hours', attempts = 9");
    assertThat(RenderSweep.USUAL.run(db.as("worker"))).isEqualTo(new RenderSweep.Swept(0, 0));
    age("DELETE FROM render_claims");
  }

  @Test
  void aBulkCountsAndIsFinishedWithItsLastRender() {
    RenderBulks bulks = new RenderBulks(db.as("core_api"));
    composer().ready(OTHER, OUTCOME);
    UUID id = bulks.order(List.of(ORDER, OTHER, ORDER), "me");
    RenderBulks.Bulk bulk = bulks.find(id).orElseThrow();
    assertThat(bulk.total()).isEqualTo(2);
    assertThat(bulk.ended()).isEqualTo(1);
    assertThat(bulk.finishedAt()).isEmpty();
    assertThat(bulk.remaining(bulk.orderedAt().plusSeconds(10))).contains(Duration.ofSeconds(10));
    composer().failed(ORDER, new RenderFailure("a.mp4 has no video", false));
    RenderBulks.Bulk ended = bulks.find(id).orElseThrow();
    assertThat(ended.finishedAt()).isPresent();
    assertThat(ended.failures())
        .containsExactly(new RenderBulks.Failure(ORDER.renderId(), "a.mp4 has no video", false));
    assertThat(bulks.find(bulks.order(List.of(OTHER), "me")).orElseThrow().finishedAt())
        .as("it had nothing to do")
        .isPresent();
  }

  @Test
  void aCancelledBulkIsNotMadeThoughItsOrderIsOnItsWay() {
    RenderBulks bulks = new RenderBulks(db.as("core_api"));
    UUID id = bulks.order(List.of(ORDER, OTHER), "me");
    sendAll();
    request(OTHER, RenderLane.INTERACTIVE);
    composer().beginQueued(OTHER);
    RenderBulks.Bulk cancelled = bulks.cancel(id).orElseThrow();
    assertThat(cancelled.cancelledAt()).isPresent();
    assertThat(cancelled.counts())
        .containsEntry(Status.FAILED, 1)
        .containsEntry(Status.RENDERING, 1);
    Render notBegun = composer().beginQueued(ORDER);
    assertThat(notBegun.status()).isEqualTo(Status.FAILED);
    assertThat(notBegun.work().cancelled()).isTrue();
    assertThat(request(ORDER, RenderLane.INTERACTIVE).status()).isEqualTo(Status.QUEUED);
    assertThat(composer().beginQueued(ORDER).status()).isEqualTo(Status.RENDERING);
  }

  @Test
  void aRenderThatFailsAfterItsBulkWasCancelledIsNotTriedAgain() {
    RenderBulks bulks = new RenderBulks(db.as("core_api"));
    UUID id = bulks.order(List.of(ORDER, OTHER), "me");
    sendAll();
    composer().beginQueued(ORDER);
    composer().beginQueued(OTHER);
    assertThat(bulks.cancel(id)).isPresent();
    Render failed = composer().failedOrRetried(ORDER, OUTAGE);
    assertThat(failed.status()).isEqualTo(Status.FAILED);
    assertThat(failed.error()).contains("the host is unavailable");
    assertThat(composer().ready(OTHER, OUTCOME).status()).as("nearly made").isEqualTo(Status.READY);
    assertThat(bulks.find(id).orElseThrow().finishedAt()).isPresent();
  }

  @Test
  void whoeverAskedForAnOrderOnItsWayGetsItThoughItsBulkIsCancelled() {
    RenderBulks bulks = new RenderBulks(db.as("core_api"));
    UUID id = bulks.order(List.of(ORDER, OTHER), "me");
    sendAll();
    request(OTHER, RenderLane.INTERACTIVE);
    assertThat(bulks.cancel(id)).isPresent();
    assertThat(composer().beginQueued(ORDER).status()).isEqualTo(Status.FAILED);
    assertThat(composer().beginQueued(OTHER).status()).isEqualTo(Status.RENDERING);
  }

  @Test
  void changesAreNumberedForThoseWhoFollow() {
    RenderChanges changes = new RenderChanges(db.as("core_api"));
    long begin = changes.newest();
    UUID org = UUID.randomUUID();
    new RenderOrders(db.as("gateway")).request(ORDER, RenderLane.INTERACTIVE, Optional.of(org));
    request(OTHER, RenderLane.INTERACTIVE);
    composer().beginQueued(ORDER);
    composer().progress(ORDER.renderId(), RenderStep.COMPOSING, 60);
    composer().progress(ORDER.renderId(), RenderStep.COMPOSING, 60);
    composer().ready(ORDER, OUTCOME);
    assertThat(changes.after(new RenderChanges.OfRender(ORDER.renderId()), begin, 10))
        .extracting(RenderChanges.Change::kind)
        .containsExactly("queued", "rendering", "rendering", "ready");
    assertThat(changes.after(new RenderChanges.OfOrganization(org), begin, 10)).hasSize(4);
    assertThat(changes.after(new RenderChanges.OfOrganization(UUID.randomUUID()), begin, 10))
        .isEmpty();
    assertThat(changes.after(new RenderChanges.OfAll(), begin, 10)).hasSize(5);
  }

  /** The delivery is entered by the transaction that ends the render. */
  @Test
  void webhooksAreEnteredForThoseWhoMaySeeTheEvent() {
    UUID org = UUID.randomUUID();
    db.addOrganization(org);
    UUID stranger = UUID.randomUUID();
    db.addOrganization(stranger);
    Webhooks webhooks = new Webhooks(db.as("core_api"));
    List<String> events = List.of("render.ready");
    var own =
        webhooks.subscribe(Optional.of(org), "https://a.example/", events, "me").orElseThrow();
    webhooks.subscribe(Optional.of(stranger), "https://b.example/", events, "me");
    var all =
        webhooks.subscribe(Optional.empty(), "https://c.example/", events, "me").orElseThrow();
    webhooks.subscribe(Optional.empty(), "https://d.example/", List.of("render.failed"), "me");
    new RenderOrders(db.as("gateway")).request(ORDER, RenderLane.INTERACTIVE, Optional.of(org));
    composer().ready(ORDER, OUTCOME);
    List<Webhooks.Due> due =
        new Webhooks(db.as("worker")).take(Duration.ofMinutes(1), 10, Map.of());
    assertThat(due)
        .extracting(Webhooks.Due::subscriptionId)
        .containsExactlyInAnyOrder(own.id(), all.id());
    assertThat(due.get(0).payload()).contains("render.ready", ORDER.renderId().toString());
    assertThat(new Webhooks(db.as("worker")).take(Duration.ofMinutes(1), 10, Map.of()))
        .as("they are taken")
        .isEmpty();
    assertThat(webhooks.deliveries(Optional.of(stranger), own.id(), 10)).isEmpty();
    assertThat(webhooks.unsubscribe(Optional.of(stranger), own.id())).isFalse();
    assertThat(webhooks.deliveries(Optional.of(org), own.id(), 10).orElseThrow()).hasSize(1);
  }
}
