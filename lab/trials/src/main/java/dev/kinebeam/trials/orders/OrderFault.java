package dev.kinebeam.trials.orders;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;

/** What fails in the middle of orders and viewings. */
public enum OrderFault {
  HOST("host", 100, Outages.OfHost::new),
  WORKER("worker", 100, Outages.OfWorker::new),
  JOB("job", 100, Outages.OfJob::new),
  POSTGRES("postgres", 100, () -> new Outages.OfService("postgres")),
  S3("s3", 100, () -> new Outages.OfService("s3")),
  EVICTION("eviction", 30, LostContent.Eviction::new),
  ASSETS("assets", 30, LostContent.ReplacedAssets::new),
  BUCKET("bucket", 30, LostContent.LostMezzanine::new),
  TOKEN("token", 30, WrongTokens::new),
  COLD("cold", 30, ColdRush::new),
  RECEIVERS("receivers", 100, Receivers::new),
  LANES("lanes", 0, Lanes::new);

  private final String command;
  private final int orders;
  private final Supplier<Strike> strike;

  OrderFault(String command, int orders, Supplier<Strike> strike) {
    this.command = command;
    this.orders = orders;
    this.strike = strike;
  }

  /** Breaks something and repairs it. */
  interface Strike {
    /** Before the players begin. */
    default void prepare(Stage stage) throws Exception {}

    /** Returns when it is repaired. What should not be is noted in the stage's surprises. */
    void run(Stage stage) throws Exception;

    /**
     * When all orders are given.
     *
     * @param before the renders of those that were given before it was repaired
     * @param all the renders of all of them
     */
    default void check(Stage stage, List<UUID> before, List<UUID> all) throws Exception {}

    /** How much the players hold beyond what they show: half of what hls.js holds at least. */
    default Duration held(Duration outage) {
      return Duration.ofSeconds(15);
    }
  }

  /** Its name on the command line. */
  public String command() {
    return command;
  }

  /** How many orders are given around it. */
  int orders() {
    return orders;
  }

  /** A new one for each run. */
  Strike strike() {
    return strike.get();
  }

  @Override
  public String toString() {
    return command;
  }
}
