package dev.kinebeam.catalog.db;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.RenderClaims.Attempt;
import dev.kinebeam.catalog.db.RenderClaims.Granted;
import dev.kinebeam.catalog.db.RenderClaims.Held;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** With the rights of the render job and no others. */
@Tag("servers")
class RenderClaimsTest {
  private static final Duration LONG = Duration.ofMinutes(5);
  private static TestDatabase db;

  private final RenderClaims claims = new RenderClaims(db.as("render"));
  private final UUID render = UUID.randomUUID();
  private final UUID plan = UUID.randomUUID();

  @BeforeAll
  static void start() throws Exception {
    db = new TestDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    db.close();
  }

  @BeforeEach
  void noClaims() {
    db.owner().useHandle(handle -> handle.execute("DELETE FROM render_claims"));
  }

  private Attempt take(String worker, UUID planId) {
    return claims.take(render, planId, worker, "title of " + worker, LONG, dead -> false);
  }

  private void expire() {
    db.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE render_claims SET expires_at = now() - interval '1 second'"));
  }

  @Test
  void oneWorkerHoldsItUntilItReleasesIt() {
    assertThat(take("a", plan)).isEqualTo(new Granted());
    assertThat(take("b", UUID.randomUUID()))
        .isInstanceOfSatisfying(Held.class, held -> assertThat(held.worker()).isEqualTo("a"));
    claims.release(render, plan, "a");
    assertThat(take("b", UUID.randomUUID())).isEqualTo(new Granted());
  }

  @Test
  void thePlanThatComesAgainGetsItAgainAndAnotherPlanOfTheSameWorkerDoesNot() {
    take("a", plan);
    assertThat(take("a", plan)).isEqualTo(new Granted());
    assertThat(take("a", UUID.randomUUID())).isInstanceOf(Held.class);
  }

  @Test
  void whatRanOutIsTakenOver() {
    take("a", plan);
    expire();
    assertThat(take("b", UUID.randomUUID())).isEqualTo(new Granted());
    // The first one comes back to life: it has lost, and its release takes nothing away.
    claims.release(render, plan, "a");
    assertThat(take("a", plan)).isInstanceOf(Held.class);
  }

  @Test
  void whatIsRenewedDoesNotRunOut() {
    take("a", plan);
    expire();
    assertThat(claims.renew("a", LONG)).isEqualTo(1);
    assertThat(claims.renew("b", LONG)).isZero();
    assertThat(take("b", UUID.randomUUID())).isInstanceOf(Held.class);
  }

  @Test
  void aWorkerThatIsKnownToBeDeadIsNotWaitedFor() {
    take("a", plan);
    assertThat(claims.take(render, UUID.randomUUID(), "b", "t", LONG, "a"::equals))
        .isEqualTo(new Granted());
  }

  @Test
  void claimsOfDeadWorkersAndThoseThatRanOutLongAgoAreDeleted() {
    take("dead", plan);
    claims.take(UUID.randomUUID(), plan, "alive", "t", LONG, worker -> false);
    claims.endAbandoned("dead"::equals);
    assertThat(take("b", UUID.randomUUID())).isEqualTo(new Granted());

    db.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE render_claims SET expires_at = now() - interval '61 minutes'"
                        + " WHERE worker = 'b'"));
    claims.endAbandoned(worker -> false);
    List<String> workers =
        db.owner()
            .withHandle(
                handle ->
                    handle
                        .createQuery("SELECT worker FROM render_claims")
                        .mapTo(String.class)
                        .list());
    assertThat(workers).containsExactly("alive");
  }

  @Test
  void ofManyAtOnceOneGetsIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Attempt>> tries = new ArrayList<>();
      for (int i = 0; i < 32; i++) {
        String worker = "worker-" + i;
        tries.add(() -> take(worker, UUID.randomUUID()));
      }
      int granted = 0;
      for (var attempt : threads.invokeAll(tries)) {
        granted += attempt.get() instanceof Granted ? 1 : 0;
      }
      assertThat(granted).isEqualTo(1);
    } finally {
      threads.shutdownNow();
    }
  }
}
