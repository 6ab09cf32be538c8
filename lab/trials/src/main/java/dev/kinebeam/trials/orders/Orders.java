package dev.kinebeam.trials.orders;

import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.trials.servers.ApiCaller;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;

/**
 * Orders of new recipes, no two alike, each repeated until the gateway has taken it, as a caller
 * does who gets no answer.
 */
final class Orders implements AutoCloseable {
  private static final int AT_ONCE = 16;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
  private static final Duration REPEATED_AFTER = Duration.ofMillis(500);
  private static final Duration TAKEN_WITHIN = Duration.ofMinutes(3);

  /** A new one for each order, since it is part of what is rendered. */
  private static long lastSeed = System.currentTimeMillis() * 1000;

  private final ApiCaller gateway;
  private final ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
  private final List<Future<UUID>> given = new ArrayList<>();
  private final LongAdder repeated = new LongAdder();

  /**
   * None yet.
   *
   * @param gateway as the composer's caller
   */
  Orders(ApiCaller gateway) {
    this.gateway = gateway;
  }

  /** A short video that was never ordered. */
  static Recipe shortRecipe(String exercise) {
    return recipe(exercise, List.of(new SetSpec("left", 5), new SetSpec("right", 5)));
  }

  /** The longest video of an exercise, likewise. */
  static Recipe longRecipe(String exercise) {
    List<SetSpec> sets = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      sets.add(new SetSpec("left", 20));
      sets.add(new SetSpec("right", 20));
    }
    return recipe(exercise, sets);
  }

  private static synchronized Recipe recipe(String exercise, List<SetSpec> sets) {
    return new Recipe(exercise, SampleExercise.LANGUAGE, sets, ++lastSeed, false);
  }

  /** Gives an order and does not wait for it to be taken. */
  void give(Recipe recipe) {
    given.add(threads.submit(() -> take(recipe)));
  }

  private UUID take(Recipe recipe) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + TAKEN_WITHIN.toNanos();
    while (true) {
      String refusal;
      try {
        HttpResponse<String> answer =
            gateway.post(
                "/v1/compose", recipe.toJson(), Map.of("Prefer", "respond-async"), ANSWER_WITHIN);
        if (answer.statusCode() == 200 || answer.statusCode() == 202) {
          return UUID.fromString(Json.MAPPER.readTree(answer.body()).path("render_id").textValue());
        }
        refusal = answer.statusCode() + " " + answer.body();
        if (answer.statusCode() < 500) {
          throw new RefusedException(refusal);
        }
      } catch (RefusedException e) {
        throw e;
      } catch (IOException e) {
        refusal = e.toString();
      }
      if (System.nanoTime() > deadline) {
        throw new IOException("an order was not taken: " + refusal);
      }
      repeated.increment();
      TimeUnit.NANOSECONDS.sleep(REPEATED_AFTER.toNanos());
    }
  }

  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String answer) {
      super("the gateway refused an order: " + answer);
    }
  }

  /** How many were given. */
  int count() {
    return given.size();
  }

  /** The renders of all orders, in their order, once every one was taken. */
  List<UUID> taken() throws IOException, InterruptedException {
    List<UUID> renders = new ArrayList<>();
    for (Future<UUID> order : given) {
      try {
        renders.add(order.get());
      } catch (ExecutionException e) {
        throw new IOException(e.getCause().getMessage(), e);
      }
    }
    return renders;
  }

  /** How many requests were not taken and had to be repeated. */
  long repeated() {
    return repeated.sum();
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
