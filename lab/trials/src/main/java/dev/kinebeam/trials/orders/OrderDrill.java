package dev.kinebeam.trials.orders;

import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Orders and viewings, a fault in their middle, and the account. */
public final class OrderDrill implements AutoCloseable {
  private static final Duration PACE = Duration.ofMillis(100);
  private static final Duration FIRST_READY_WITHIN = Duration.ofMinutes(4);
  private static final Duration ALMOST = Duration.ofSeconds(5);
  private static final Duration SETTLED_WITHIN = Duration.ofMinutes(2);

  private final OrderEnvironment environment;
  private final Stage.Size size;
  private final Consumer<String> progress;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Stage.Videos videos;

  private OrderDrill(OrderEnvironment environment, Stage.Size size, Consumer<String> progress)
      throws Exception {
    this.environment = environment;
    this.size = size;
    this.progress = progress;
    this.videos = longVideos();
  }

  /**
   * Starts everything in a folder, which is emptied first, and makes the videos that are played.
   *
   * @param outage how long a service is unavailable
   * @param bulk how many orders the bulk of the lanes has
   */
  public static OrderDrill open(Path folder, Duration outage, int bulk, Consumer<String> progress)
      throws Exception {
    OrderEnvironment environment = OrderEnvironment.open(folder, progress);
    try {
      return new OrderDrill(environment, new Stage.Size(outage, bulk), progress);
    } catch (Exception e) {
      environment.close();
      throw e;
    }
  }

  private Stage.Videos longVideos() throws Exception {
    try (Orders orders = new Orders(environment.composer());
        Players players = new Players(environment.composer(), Duration.ZERO)) {
      for (String exercise : List.of(environment.ordered(), environment.played())) {
        orders.give(Orders.longRecipe(exercise));
        orders.give(Orders.longRecipe(exercise));
      }
      List<UUID> renders = orders.taken();
      for (UUID render : renders) {
        Await.until(
            "render " + render + " is ready",
            FIRST_READY_WITHIN,
            () -> {
              environment.job().requireAlive();
              return players.address(render).isPresent();
            });
      }
      progress.accept("the videos that are played are ready");
      return new Stage.Videos(renders.subList(0, 2), renders.subList(2, 4));
    }
  }

  /** Runs one drill. */
  public OrderOutcome run(OrderFault fault) throws Exception {
    long begun = System.nanoTime();
    OrderFault.Strike strike = fault.strike();
    Duration held = strike.held(size.outage());
    try (Players players = new Players(environment.composer(), held);
        Orders orders = new Orders(environment.composer())) {
      Stage stage = Stage.of(environment, size, players, videos, progress);
      strike.prepare(stage);
      players.play(videos.all());
      players.awaitHolding(held.minus(ALMOST));
      int third = fault.orders() / 3;
      give(orders, third);
      progress.accept(fault + ", after " + third + " orders");
      Future<?> struck =
          threads.submit(
              () -> {
                strike.run(stage);
                return null;
              });
      giveDuring(struck, orders, third);
      int before = orders.count();
      progress.accept(fault + " is over");
      give(orders, fault.orders() - orders.count());
      List<UUID> renders = new ArrayList<>(orders.taken());
      strike.check(stage, List.copyOf(renders.subList(0, before)), List.copyOf(renders));
      renders.addAll(stage.renders());
      OrderAccount account = settled(stage, renders);
      players.stop();
      return outcome(fault, stage, account, orders.repeated(), (System.nanoTime() - begun) / 1e9);
    }
  }

  private void give(Orders orders, int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      orders.give(Orders.shortRecipe(environment.ordered()));
      TimeUnit.NANOSECONDS.sleep(PACE.toNanos());
    }
  }

  /** Gives so many orders while it lasts, as far as it lasts; returns at its end. */
  private void giveDuring(Future<?> struck, Orders orders, int count)
      throws IOException, InterruptedException {
    Duration pace = count == 0 ? size.outage() : size.outage().dividedBy(count);
    try {
      for (int i = 0; i < count; i++) {
        orders.give(Orders.shortRecipe(environment.ordered()));
        if (isOver(struck, pace)) {
          break;
        }
      }
      struck.get();
    } catch (ExecutionException e) {
      throw new IOException("the fault could not be made or repaired: " + e.getCause(), e);
    }
  }

  /** Waits for the fault's end, so long and no longer. */
  private static boolean isOver(Future<?> struck, Duration pace)
      throws InterruptedException, ExecutionException {
    try {
      struck.get(pace.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private static OrderAccount settled(Stage stage, List<UUID> renders) throws Exception {
    Await.comes(SETTLED_WITHIN, () -> stage.account(renders).isSettled());
    return stage.account(renders);
  }

  private OrderOutcome outcome(
      OrderFault fault, Stage stage, OrderAccount account, long repeated, double seconds)
      throws SQLException {
    stage.surprises().stream()
        .distinct()
        .limit(10)
        .forEach(text -> progress.accept("UNEXPECTED: " + text));
    account.strays().stream().limit(10).forEach(text -> progress.accept("STRAY: " + text));
    stage.players().interruptions().stream()
        .limit(10)
        .forEach(text -> progress.accept("INTERRUPTED: " + text));
    return new OrderOutcome(
        fault,
        account,
        stage.players().started(),
        stage.players().interrupted(),
        repeated,
        seconds,
        stage.surprises());
  }

  @Override
  public void close() throws IOException {
    threads.shutdownNow();
    environment.close();
  }
}
