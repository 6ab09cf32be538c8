package dev.kinebeam.program.observability;

import dev.kinebeam.program.process.LongLivedThread;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Probes the services that a program needs, every {@link #PERIOD}, on threads of its own: an outage
 * is noticed also by a program that has nothing to do, or whose clients reconnect silently. Each
 * outage is logged once at WARN, within 15 s, and its end at INFO with its duration; the state is
 * exported as {@code kinebeam_dependency_up}. Thread-safe.
 */
public final class Dependencies implements AutoCloseable {
  /** Between the end of one round of probes and the next. */
  public static final Duration PERIOD = Duration.ofSeconds(5);

  /** A service that has not answered by then is unavailable. */
  public static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

  private static final Logger LOG = LoggerFactory.getLogger(Dependencies.class);

  /** Of this JVM: jobs on a Flink worker share it with the worker's admin port. */
  public static final Dependencies PROCESS = new Dependencies(Metrics.PROCESS);

  private final Metrics metrics;
  private final Duration period;
  private final Map<Dependency, Watched> watched = new LinkedHashMap<>();
  private ScheduledExecutorService rounds;
  private ExecutorService probes;
  private Future<?> schedule;
  private boolean permanent;

  /** Exports states into these metrics. */
  public Dependencies(Metrics metrics) {
    this(metrics, PERIOD);
  }

  Dependencies(Metrics metrics, Duration period) {
    this.metrics = metrics;
    this.period = period;
  }

  /** Keeps a dependency under watch until closed. */
  public interface Watch extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * A dependency as it was seen last.
   *
   * @param reason why it is not up; empty when it is
   */
  public record State(Dependency dependency, boolean up, String reason) {}

  private static final class Watched {
    private final Map<String, Purpose> purposes = new LinkedHashMap<>();
    private final Health health;
    private Metrics.Registration gauge;

    Watched(Health health) {
      this.health = health;
    }
  }

  /** Everything that waits for the same reason shares one probe. */
  private static final class Purpose {
    private final Probe probe;
    private int holders;
    private Future<?> running;

    Purpose(Probe probe) {
      this.probe = probe;
    }
  }

  /**
   * Starts to watch a dependency; watched several times for the same purpose it is probed once.
   *
   * @param waiting what stands still without it, as a log line says it: "rows of sessions"
   * @param probe makes the probe; not called when the purpose has one already
   */
  public synchronized Watch watch(Dependency dependency, String waiting, Supplier<Probe> probe) {
    Watched known = watched.get(dependency);
    Purpose purpose = known == null ? null : known.purposes.get(waiting);
    if (purpose == null) {
      purpose = new Purpose(probe.get());
      watched.computeIfAbsent(dependency, this::exported).purposes.put(waiting, purpose);
      start();
      // Not only after a whole period.
      rounds.execute(this::round);
    }
    purpose.holders++;
    boolean[] open = {true};
    return () -> {
      synchronized (this) {
        if (open[0]) {
          open[0] = false;
          release(dependency, waiting);
        }
      }
    };
  }

  private Watched exported(Dependency dependency) {
    // Somewhat less than a period, so that no outage is reported a round late.
    Watched added = new Watched(new Health(period.multipliedBy(4).dividedBy(5)));
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("dependency", dependency.name());
    labels.put("address", dependency.address());
    added.gauge =
        metrics.gauge(
            "kinebeam_dependency_up",
            "1 when the service answered its last probe, 0 when it did not.",
            labels,
            () -> {
              synchronized (this) {
                return !added.health.isKnown() ? Double.NaN : added.health.isUp() ? 1 : 0;
              }
            });
    return added;
  }

  /** Keeps the threads until the end of the process, and not only while something is watched. */
  synchronized void startForGood() {
    permanent = true;
    start();
  }

  private void start() {
    if (rounds == null) {
      probes = Executors.newCachedThreadPool(task -> daemon(task, "dependency-probe"));
      rounds = Executors.newSingleThreadScheduledExecutor(task -> daemon(task, "dependencies"));
      schedule =
          rounds.scheduleWithFixedDelay(
              LongLivedThread.watched("dependencies", this::round),
              period.toMillis(),
              period.toMillis(),
              TimeUnit.MILLISECONDS);
    }
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    // A job's class loader must not be kept by a thread that outlives the job.
    thread.setContextClassLoader(Dependencies.class.getClassLoader());
    return thread;
  }

  private void release(Dependency dependency, String waiting) {
    Watched one = watched.get(dependency);
    Purpose purpose = one == null ? null : one.purposes.get(waiting);
    if (purpose == null || --purpose.holders > 0) {
      return;
    }
    one.purposes.remove(waiting);
    end(purpose);
    if (one.purposes.isEmpty()) {
      watched.remove(dependency);
      one.gauge.close();
    }
    if (watched.isEmpty() && !permanent) {
      stop();
    }
  }

  private static void end(Purpose purpose) {
    if (purpose.running != null) {
      purpose.running.cancel(true);
    }
    purpose.probe.close();
  }

  private void stop() {
    if (rounds != null) {
      schedule.cancel(true);
      rounds.shutdownNow();
      probes.shutdownNow();
      rounds = null;
      probes = null;
    }
  }

  private record Asked(Dependency dependency, Watched watched, List<Future<?>> answers) {}

  private void round() {
    long deadline = System.nanoTime() + ANSWER_WITHIN.toNanos();
    try {
      for (Asked asked : ask()) {
        settle(asked, failure(asked.answers, deadline));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RejectedExecutionException closing) {
      LOG.debug("the last watch was closed meanwhile", closing);
    }
  }

  /** A probe that has not come back is waited for, and no second one is sent after it. */
  private synchronized List<Asked> ask() {
    List<Asked> all = new ArrayList<>();
    if (probes == null) {
      return all;
    }
    watched.forEach(
        (dependency, one) -> {
          List<Future<?>> answers = new ArrayList<>();
          for (Purpose purpose : one.purposes.values()) {
            if (purpose.running == null || purpose.running.isDone()) {
              purpose.running =
                  probes.submit(
                      () -> {
                        purpose.probe.check();
                        return null;
                      });
            }
            answers.add(purpose.running);
          }
          all.add(new Asked(dependency, one, answers));
        });
    return all;
  }

  private static Optional<String> failure(List<Future<?>> answers, long deadline)
      throws InterruptedException {
    for (Future<?> answer : answers) {
      try {
        answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        return Optional.of("no answer within " + ANSWER_WITHIN.toSeconds() + " s");
      } catch (ExecutionException e) {
        String message = e.getCause().getMessage();
        return Optional.of(message == null ? e.getCause().toString() : message);
      } catch (CancellationException closed) {
        LOG.debug("a watch was closed during its probe", closed);
      }
    }
    return Optional.empty();
  }

  private synchronized void settle(Asked asked, Optional<String> failure) {
    if (watched.get(asked.dependency) != asked.watched) {
      return;
    }
    Health health = asked.watched.health;
    Instant now = Instant.now();
    switch (health.observe(failure, now)) {
      case OUTAGE_BEGAN ->
          LOG.warn(
              "{} at {} is unavailable ({}); waiting for it: {}",
              asked.dependency.name(),
              asked.dependency.address(),
              health.reason(),
              String.join(", ", asked.watched.purposes.keySet()));
      case OUTAGE_ENDED ->
          LOG.info(
              "{} at {} is available again after {} s",
              asked.dependency.name(),
              asked.dependency.address(),
              health.outage(now).toSeconds());
      case NONE -> {}
    }
  }

  /** Every watched dependency as its last probe left it; asks none of them. */
  public synchronized List<State> states() {
    List<State> states = new ArrayList<>();
    watched.forEach(
        (dependency, one) ->
            states.add(
                new State(
                    dependency, one.health.isUp(), one.health.isUp() ? "" : one.health.reason())));
    return states;
  }

  /** Ends all watches. */
  @Override
  public synchronized void close() {
    watched
        .values()
        .forEach(
            one -> {
              one.purposes.values().forEach(Dependencies::end);
              one.gauge.close();
            });
    watched.clear();
    stop();
  }
}
