package dev.kinebeam.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.web.http.RawHttp;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A caller that waits for its render stands for any request that takes its time. */
@Tag("servers")
class LoadAndStopScenarioTest {
  private static final String RECIPE =
      "{\"exercise\":\"lumbar-detensioning\",\"sets\":[{\"side\":\"left\",\"reps\":5}]}";

  @Test
  void atTheLimitOthersAreTurnedAwayAndOnStopTheOneInFlightIsServed() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (TestGateway gateway = TestGateway.serving(1)) {
      Future<Answer> inFlight = threads.submit(() -> composeWaiting(gateway));
      ComposeOrder order = awaitOrder(gateway);

      Answer turnedAway = gateway.postEvents(Events.pauseAt(1));
      assertThat(turnedAway.status()).isEqualTo(503);
      assertThat(turnedAway.header("Retry-After")).isEqualTo("1");

      Future<?> stopping = threads.submit(gateway::stopServing);
      awaitRefused(gateway);
      gateway.renders().ready(order, outcome());
      gateway.notifier.notifyEnded(order.renderId());

      assertThat(inFlight.get().status()).isEqualTo(200);
      stopping.get();
      assertThatThrownBy(() -> gateway.postEvents(Events.pauseAt(1)))
          .isInstanceOf(ConnectException.class);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void aRequestThatOutlastsTheStopTimeoutIsCutOff() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (TestGateway gateway = TestGateway.stoppingWithin(Duration.ofMillis(300))) {
      Future<Answer> inFlight = threads.submit(() -> composeWaiting(gateway));
      awaitOrder(gateway);
      gateway.stopServing();
      assertThatThrownBy(() -> inFlight.get(10, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(IOException.class);
    } finally {
      threads.shutdownNow();
    }
  }

  private static Answer composeWaiting(TestGateway gateway) throws Exception {
    return gateway.send(
        gateway
            .post("/v1/compose", TestGateway.COMPOSER, RECIPE.getBytes(UTF_8))
            .header("Prefer", "wait=60"));
  }

  private static ComposeOrder awaitOrder(TestGateway gateway) {
    List<ComposeOrder> orders = gateway.orders();
    while (orders.isEmpty()) {
      Thread.onSpinWait();
      orders = gateway.orders();
    }
    return orders.get(0);
  }

  /** Once the server is stopping, new connections are refused or turned away with 503. */
  private static void awaitRefused(TestGateway gateway) throws Exception {
    while (true) {
      try {
        String answer = RawHttp.get(gateway.port(), "/v1/nothing");
        if (answer.isEmpty() || answer.startsWith("HTTP/1.1 503")) {
          return;
        }
      } catch (IOException refused) {
        return;
      }
    }
  }

  private static Render.Outcome outcome() {
    return new Render.Outcome("bunny", "video", 20, Optional.empty(), Optional.empty(), List.of());
  }
}
