package dev.kinebeam.trials.drill;

import dev.kinebeam.pipelines.TelemetryJob;
import dev.kinebeam.programs.flink.FlinkRest;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.trials.accounting.Accounting;
import dev.kinebeam.trials.accounting.DeadLetterCount;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.patients.SentSession;
import dev.kinebeam.trials.patients.Traffic;
import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/** Load, a fault in the middle of it, and the accounting. */
final class Drill {
  private static final int SESSIONS_EACH = 2;
  private static final double VIDEO_SECONDS = 120;
  private static final Duration SETTLE_WITHIN = Duration.ofMinutes(3);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);

  private final DrillEnvironment environment;
  private final Duration time;
  private final Consumer<String> progress;
  private final Accounting accounting;

  /**
   * @param time how long the patients play
   */
  Drill(DrillEnvironment environment, Duration time, Consumer<String> progress) {
    this.environment = environment;
    this.time = time;
    this.progress = progress;
    this.accounting = environment.accounting();
  }

  DrillOutcome run(Fault fault) throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    try (DeadLetterCount deadLetters = DeadLetterCount.fromNow(environment.kafka());
        Traffic traffic =
            new Traffic(
                environment.gateway().address(),
                environment.stack().endpoints().authSecret(),
                fault.command().hashCode(),
                UUID.randomUUID(),
                Clock.systemUTC())) {
      long countedBefore = accounting.eventsCounted();
      Restarts before = restarts(Restarts.NONE);
      progress.accept(environment.patients().size() + " patients begin to play");
      AtomicBoolean enough = new AtomicBoolean();
      Future<?> playing = threads.submit(() -> playUntil(enough, traffic));
      until(
          "rows came of the load",
          () -> isInTheMiddle(traffic) && accounting.eventsCounted() > countedBefore);
      long accepted = traffic.counts().distinct.sum();
      progress.accept(fault.command() + ", after " + accepted + " events");
      long struck = System.nanoTime();
      List<ByteBuffer> poured = fault.strike(environment);
      // What was on its way at the fault may be counted too, so only what comes later proves it.
      long afterwards = traffic.counts().distinct.sum();
      Future<Double> recovered =
          threads.submit(() -> secondsUntilCounted(struck, countedBefore + afterwards));
      progress.accept("repaired; the load continues");
      // Only events that come afterwards prove that it is repaired, and some faults take a while
      // until the load meets them.
      double seconds = recovered.get();
      until("the load has met " + fault.command(), () -> fault.isTried(environment));
      enough.set(true);
      playing.get();
      progress.accept(traffic.sessions().size() + " sessions played; waiting for the last rows");
      return account(fault, traffic, deadLetters, poured, seconds, before);
    } finally {
      threads.shutdownNow();
    }
  }

  private Void playUntil(AtomicBoolean enough, Traffic traffic) throws InterruptedException {
    int wave = 0;
    do {
      play(traffic, wave++);
    } while (!enough.get());
    return null;
  }

  private void play(Traffic traffic, int wave) throws InterruptedException {
    traffic.play(
        environment.patients(),
        SESSIONS_EACH,
        patient ->
            new Traffic.Video(DemoDatabase.mediaId(SampleExercise.SLUG), null, VIDEO_SECONDS),
        time,
        wave);
  }

  /** A third of the sessions are over; the others run or are still to come. */
  private boolean isInTheMiddle(Traffic traffic) {
    return traffic.sessions().size() >= environment.patients().size() * SESSIONS_EACH / 3;
  }

  /** All that had been accepted at the fault and one more: it was accepted after the fault. */
  private double secondsUntilCounted(long struck, long counted) throws Exception {
    long deadline = System.nanoTime() + SETTLE_WITHIN.toNanos();
    while (System.nanoTime() < deadline) {
      try {
        if (accounting.eventsCounted() > counted) {
          return (System.nanoTime() - struck) / 1e9;
        }
      } catch (SQLException away) {
        // The database may be what was broken: then nothing is counted yet.
        progress.accept("the database is unavailable: " + away.getMessage());
        TimeUnit.SECONDS.sleep(1);
      }
      TimeUnit.NANOSECONDS.sleep(POLL_INTERVAL.toNanos());
    }
    return -1;
  }

  private DrillOutcome account(
      Fault fault,
      Traffic traffic,
      DeadLetterCount deadLetters,
      List<ByteBuffer> poured,
      double recoveredSeconds,
      Restarts before)
      throws Exception {
    Map<ByteBuffer, Integer> refused = new HashMap<>(traffic.rejectedEvents());
    poured.forEach(record -> refused.merge(record, 1, Integer::sum));
    List<SentSession> sessions = traffic.sessions();
    long deadline = System.nanoTime() + SETTLE_WITHIN.toNanos();
    while (System.nanoTime() < deadline && !isSettled(traffic, deadLetters, refused)) {
      TimeUnit.MILLISECONDS.sleep(500);
    }
    deadLetters.count();
    Accounting.Events events = accounting.events(traffic.acceptedEvents());
    Accounting.Verdict rows = accounting.sessions(sessions);
    Accounting.Verdict stalls = accounting.stalls(sessions);
    List<String> surprises = new ArrayList<>(traffic.counts().surprises);
    long unknown = deadLetters.unknown(refused.keySet());
    if (unknown > 0) {
      surprises.add(unknown + " dead letters have bytes that were never sent");
    }
    long stored = accounting.rowsOf(traffic.refused());
    if (stored > 0) {
      surprises.add(stored + " rows of patients who do not consent");
    }
    long restarts = restarts(before).since(before);
    if (restarts > 0 && !fault.mayRestartTheJob()) {
      surprises.add("the job was started again " + restarts + " times because of data");
    }
    if (fault == Fault.KILL_TASKMANAGER && restarts == 0) {
      surprises.add("the killed TaskManager carried no task of the job: nothing was tried");
    }
    if (fault == Fault.KILL_GATEWAY && traffic.counts().retries.sum() == 0) {
      surprises.add("no request met the dead gateway: nothing was tried");
    }
    Optional<DatabaseLoss.Report> loss =
        fault == Fault.RESTORE ? environment.loss() : Optional.empty();
    loss.filter(report -> report.rowsGone() > 0)
        .ifPresent(report -> surprises.add(report.rowsGone() + " rows of the backup are missing"));
    rows.differences().stream().limit(10).forEach(progress);
    stalls.differences().stream().limit(10).forEach(progress);
    surprises.stream().limit(10).forEach(surprise -> progress.accept("UNEXPECTED: " + surprise));
    return new DrillOutcome(
        fault,
        events.accepted(),
        rows.sent(),
        stalls.sent(),
        deadLetters.count(),
        events.lost() + missing(rows) + missing(stalls) + deadLetters.missing(refused),
        events.doubled() + surplus(rows) + surplus(stalls),
        rows.mismatched() + stalls.mismatched(),
        accounting.weeklyCounts().wrong(),
        recoveredSeconds,
        restarts,
        traffic.counts().retries.sum(),
        loss,
        surprises);
  }

  private static long missing(Accounting.Verdict rows) {
    return Math.max(0, rows.sent() - rows.rows());
  }

  private static long surplus(Accounting.Verdict rows) {
    return Math.max(0, rows.rows() - rows.sent());
  }

  private boolean isSettled(
      Traffic traffic, DeadLetterCount deadLetters, Map<ByteBuffer, Integer> refused)
      throws SQLException, IOException {
    deadLetters.count();
    Accounting.Events events = accounting.events(traffic.acceptedEvents());
    return accounting.closed(traffic.sessions()) == traffic.sessions().size()
        && events.lost() + events.doubled() + deadLetters.missing(refused) == 0
        && accounting.sessions(traffic.sessions()).mismatched() == 0
        && accounting.stalls(traffic.sessions()).mismatched() == 0;
  }

  /**
   * How often a job was started again since it was submitted, and when last, in milliseconds since
   * the epoch.
   */
  private record Restarts(String job, long count, long lastMs) {
    static final Restarts NONE = new Restarts("", 0, 0);

    long since(Restarts before) {
      return count - countIn(before);
    }

    /** A restart is in the job's state before it is in Flink's count. */
    boolean isBehind(Restarts before) {
      long lastBefore = job.equals(before.job) ? before.lastMs : 0;
      return lastMs > lastBefore && count <= countIn(before);
    }

    private long countIn(Restarts before) {
      return job.equals(before.job) ? before.count : 0;
    }
  }

  private Restarts restarts(Restarts before) throws Exception {
    FlinkRest flink = environment.cluster().rest();
    String job = flink.live(TelemetryJob.NAME).orElseThrow().id();
    AtomicReference<Restarts> now = new AtomicReference<>();
    until(
        "Flink counts how often the job started again",
        () -> {
          OptionalLong count = flink.restarts(job);
          if (count.isEmpty()) {
            return false;
          }
          now.set(new Restarts(job, count.getAsLong(), flink.lastRestartMs(job)));
          return !now.get().isBehind(before);
        });
    return now.get();
  }

  static void until(String what, Await.Condition condition) throws Exception {
    Await.until(what, SETTLE_WITHIN, condition);
  }
}
