package dev.kinebeam.trials.orders;

import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Programs that are killed with SIGKILL, are unavailable for a while, and return. */
final class Outages {
  private Outages() {}

  private static void last(Duration outage) throws InterruptedException {
    TimeUnit.NANOSECONDS.sleep(outage.toNanos());
  }

  /** Players hold what hls.js holds of a video of 2 Mb/s and more: they outlast it. */
  static final class OfHost implements OrderFault.Strike {
    private static final Duration STARTED_WITHIN = Duration.ofSeconds(35);

    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
      stage.environment().host().kill();
      last(stage.size().outage());
      stage.environment().host().start();
    }

    @Override
    public Duration held(Duration outage) {
      return outage.plus(STARTED_WITHIN);
    }
  }

  static final class OfWorker implements OrderFault.Strike {
    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
      stage.environment().worker().kill();
      last(stage.size().outage());
      stage.environment().worker().start();
    }
  }

  /** What was ordered meanwhile is ready within a minute of its return. */
  static final class OfJob implements OrderFault.Strike {
    private static final Duration READY_WITHIN = Duration.ofMinutes(1);

    private volatile long returned;

    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
      stage.environment().job().kill();
      last(stage.size().outage());
      stage.environment().job().start(stage.environment().endpoints());
      returned = System.nanoTime();
    }

    @Override
    public void check(Stage stage, List<UUID> before, List<UUID> all) throws Exception {
      Duration left = READY_WITHIN.minusNanos(System.nanoTime() - returned);
      stage.expect(
          Await.comes(left, () -> stage.account(before).stuck() == 0),
          "what was ordered while the job was down was not ready within a minute of its return");
      stage
          .progress()
          .accept(
              "what was ordered before the job's return ended within %d s of it"
                  .formatted(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - returned)));
    }
  }

  /**
   * One of the stack's.
   *
   * @param name as the stack calls it
   */
  record OfService(String name) implements OrderFault.Strike {
    @Override
    public void run(Stage stage) throws IOException, InterruptedException {
      stage.environment().stack().kill(name);
      last(stage.size().outage());
      stage.environment().stack().revive(name);
    }
  }
}
