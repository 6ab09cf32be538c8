package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.EventType;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import dev.kinebeam.schemas.event.SessionStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/**
 * One viewing by a simulated player, which knows when it really stalled: it keeps a playhead, a
 * clock and a buffer that runs empty, and reports events as browsers do. Nothing of it is computed
 * as the tally computes it.
 */
final class SimulatedViewing {
  private static final long BEGIN_MS = Played.BEGIN_MS;
  private static final long BEAT_MS = 10_000;
  private static final long MIN_SEEK_MS = 30_000;

  /** A stall as it was: when it began, and until when it kept a viewer who wanted to watch. */
  record Stall(long startMs, long endMs, double positionSeconds) {}

  /** What the player reported: when by the true clock, and where its playhead was. */
  record Report(long atMs, EventType type, EventData data, Double positionSeconds) {}

  private final Random random;
  private final long durationMs;
  private final boolean sendsPlay;
  private final boolean reportsWatched;
  private final List<Report> reports = new ArrayList<>();
  private final List<Stall> stalls = new ArrayList<>();
  private long now;
  private double positionMs;
  private long nextBeatMs;
  private double watchedMs;
  private boolean paused;
  private boolean over;

  private SimulatedViewing(Random random) {
    this.random = random;
    this.durationMs = between(60_000, 900_000);
    this.sendsPlay = random.nextInt(10) < 7;
    this.reportsWatched = random.nextInt(10) < 7;
  }

  /** A whole viewing. */
  static SimulatedViewing of(long seed) {
    SimulatedViewing viewing = new SimulatedViewing(new Random(seed));
    viewing.startUp();
    int steps = 1 + viewing.random.nextInt(12);
    for (int i = 0; i < steps && !viewing.over; i++) {
      viewing.step();
    }
    if (!viewing.over && viewing.random.nextInt(4) > 0) {
      viewing.report(EventType.SESSION_END, viewing.end(SessionStatus.ABANDONED));
    }
    return viewing;
  }

  List<Stall> stalls() {
    return stalls;
  }

  List<Report> reports() {
    return reports;
  }

  private void startUp() {
    nextBeatMs = between(1, BEAT_MS);
    boolean startsAtClick = random.nextBoolean();
    if (startsAtClick) {
      report(EventType.SESSION_START, start());
    }
    elapse(between(100, 1000), false);
    if (!startsAtClick) {
      report(EventType.SESSION_START, start());
    }
    if (sendsPlay) {
      positionMs = random.nextInt(5) == 0 ? between(10_000, durationMs / 2) : 0;
      report(EventType.PLAY, new EventData.Play(seconds(), false));
    }
    long firstFrame = between(200, 4000);
    if (random.nextBoolean()) {
      waitFor(firstFrame);
    } else {
      elapse(firstFrame, false);
    }
  }

  private void step() {
    play(between(800, 40_000));
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> stall();
      case 4 -> stallAgainAtOnePlace();
      case 5, 6 -> pause();
      case 7, 8 -> seek();
      case 9 -> sleep();
      case 10 -> report(EventType.QUALITY_CHANGE, quality());
      default -> report(EventType.MILESTONE, new EventData.Milestone(25, seconds(), now / 1000.0));
    }
  }

  private void stall() {
    long begun = now;
    double place = seconds();
    reportWait();
    if (random.nextInt(6) == 0) {
      elapse(between(50, 200), false);
      reportWait();
    }
    long length = between(300, 15_000);
    switch (random.nextInt(8)) {
      case 0 -> {
        elapse(length, false);
        stalls.add(new Stall(begun, now, place));
        pauseWhileItWaits(begun);
      }
      case 1 -> {
        elapse(length, false);
        stalls.add(new Stall(begun, now, place));
        seekOutOfIt(begun);
      }
      case 2 -> {
        elapse(length, false);
        stalls.add(new Stall(begun, now, place));
        if (random.nextBoolean()) {
          report(EventType.ERROR, new EventData.PlaybackError("TIMEOUT", "", place, true, null));
        } else {
          report(EventType.SESSION_END, end(SessionStatus.ABANDONED));
        }
        over = true;
      }
      default -> {
        elapse(length, false);
        stalls.add(new Stall(begun, now, place));
        reportWaitEnd(begun);
      }
    }
  }

  private void pauseWhileItWaits(long begun) {
    report(EventType.PAUSE, new EventData.Pause(seconds()));
    paused = true;
    elapse(between(500, 300_000), false);
    paused = false;
    if (sendsPlay) {
      report(EventType.PLAY, new EventData.Play(seconds(), true));
    }
    elapse(between(100, 3000), false);
    reportWaitEnd(begun);
  }

  private void seekOutOfIt(long begun) {
    if (!jump()) {
      report(EventType.PAUSE, new EventData.Pause(seconds()));
      return;
    }
    if (random.nextBoolean()) {
      waitFor(between(200, 3000));
    } else {
      elapse(between(200, 3000), false);
      reportWaitEnd(begun);
    }
  }

  private void stallAgainAtOnePlace() {
    double place = positionMs;
    stallAndContinue();
    play(between(MIN_SEEK_MS + 5_000, MIN_SEEK_MS + 20_000));
    seekTo(Math.max(0, place - between(1000, 5000)));
    if (place - positionMs > 800) {
      play((long) (place - positionMs));
      stallAndContinue();
    }
  }

  private void stallAndContinue() {
    long begun = now;
    double place = seconds();
    reportWait();
    elapse(between(300, 15_000), false);
    stalls.add(new Stall(begun, now, place));
    reportWaitEnd(begun);
  }

  private void pause() {
    report(EventType.PAUSE, new EventData.Pause(seconds()));
    paused = true;
    if (random.nextInt(4) == 0) {
      suspend(between(60_000, 30_000_000));
    } else {
      elapse(between(1000, 1_200_000), false);
    }
    paused = false;
    if (sendsPlay) {
      report(EventType.PLAY, new EventData.Play(seconds(), true));
    }
  }

  private void seek() {
    if (random.nextInt(8) == 0) {
      double from = seconds();
      double target = target();
      if (target >= 0) {
        // The browser says that it waits before the player says why.
        positionMs = target;
        long begun = now;
        reportWait();
        elapse(between(0, 5), false);
        report(EventType.SEEK, new EventData.Seek(from, seconds()));
        elapse(between(200, 3000), false);
        reportWaitEnd(begun);
      }
    } else if (jump() && random.nextInt(5) < 3) {
      waitFor(between(200, 5000));
    }
  }

  private boolean jump() {
    double target = target();
    if (target >= 0) {
      seekTo(target);
    }
    return target >= 0;
  }

  /** Far enough away that playing cannot have brought the playhead there; -1 for none. */
  private double target() {
    for (int i = 0; i < 20; i++) {
      double target = between(0, durationMs);
      if (Math.abs(target - positionMs) >= MIN_SEEK_MS) {
        return target;
      }
    }
    return -1;
  }

  private void seekTo(double target) {
    double from = seconds();
    positionMs = target;
    boolean readsItTooLate = random.nextInt(4) == 0;
    report(
        EventType.SEEK, new EventData.Seek(readsItTooLate ? (Double) seconds() : from, seconds()));
  }

  /** A lid is closed while the video plays; the next heartbeat is due when it is opened. */
  private void sleep() {
    suspend(between(5_000, 30_000_000));
  }

  private void suspend(long ms) {
    now += ms;
    nextBeatMs = now + between(1, 500);
  }

  /** A wait that is not a stall. */
  private void waitFor(long ms) {
    long begun = now;
    reportWait();
    elapse(ms, false);
    reportWaitEnd(begun);
  }

  private void play(long ms) {
    elapse(ms, true);
  }

  private void elapse(long ms, boolean moves) {
    long until = now + ms;
    while (nextBeatMs <= until) {
      move(nextBeatMs, moves);
      if (!paused) {
        report(EventType.HEARTBEAT, heartbeat());
      }
      nextBeatMs += BEAT_MS;
    }
    move(until, moves);
  }

  private void move(long to, boolean moves) {
    if (moves) {
      positionMs += to - now;
      watchedMs += to - now;
    }
    now = to;
  }

  private void reportWait() {
    report(
        EventType.BUFFERING_START,
        new EventData.BufferingStart(seconds(), null, null, null, EventData.Network.UNKNOWN));
  }

  private void reportWaitEnd(long begun) {
    long measured = Math.max(0, now - begun + random.nextInt(61) - 30);
    report(
        EventType.BUFFERING_END, new EventData.BufferingEnd(seconds(), measured, null, null, null));
  }

  private EventData start() {
    return new EventData.SessionStart(
        durationMs / 1000.0, null, null, null, EventData.Network.UNKNOWN, null, null);
  }

  private EventData heartbeat() {
    return new EventData.Heartbeat(
        seconds(), totals(), null, null, null, null, EventData.Network.UNKNOWN);
  }

  private EventData end(SessionStatus status) {
    return new EventData.SessionEnd(seconds(), status, totals());
  }

  private EventData.Totals totals() {
    Double watched = reportsWatched ? (Double) (watchedMs / 1000) : null;
    return new EventData.Totals(watched, null, null, null, null, null, null, null, null, List.of());
  }

  private static EventData quality() {
    return new EventData.QualityChange(
        null, 2_500_000L, 1_500_000L, "720p", "480p", "bandwidth_decrease");
  }

  private double seconds() {
    return positionMs / 1000;
  }

  private long between(long least, long most) {
    return least + (long) (random.nextDouble() * (most - least + 1));
  }

  private void report(EventType type, EventData data) {
    reports.add(new Report(now, type, data, Viewing.positionOf(data)));
  }

  /** How the reports travel: numbered or not, under which clock, and in which batches. */
  record Way(UUID session, boolean numbered, long clockErrorMs, long sendEveryMs, long delayMs) {
    static Way of(long seed, Random random) {
      boolean wrong = random.nextInt(5) == 0;
      long error = wrong ? 180_000L + (long) (random.nextDouble() * 86_400_000L * 30) : 0;
      boolean oneLateBatch = random.nextInt(5) == 0;
      return new Way(
          new UUID(0x5000, seed),
          random.nextBoolean(),
          random.nextBoolean() ? error : -error,
          oneLateBatch ? Long.MAX_VALUE : 5_000,
          oneLateBatch ? 15_000 + random.nextInt(15_000) : 40 + random.nextInt(400));
    }

    /** What reaches the job of a report; the place of each report stays its own. */
    MediaRecord record(SimulatedViewing viewing, int i) {
      Report report = viewing.reports.get(i);
      long last = viewing.reports.get(viewing.reports.size() - 1).atMs();
      long sent =
          sendEveryMs == Long.MAX_VALUE
              ? last
              : Math.min(last, (report.atMs() / sendEveryMs + 1) * sendEveryMs);
      MediaEvent event =
          new MediaEvent(
              new UUID(mixed(i), session.getLeastSignificantBits() ^ i),
              report.type(),
              session,
              BEGIN_MS + report.atMs() + clockErrorMs,
              numbered ? i : MediaEvent.NO_SEQ,
              null,
              null,
              null,
              report.data());
      return new MediaRecord(
          Played.ORG,
          Played.PATIENT,
          BEGIN_MS + sent + delayMs,
          BEGIN_MS + sent + clockErrorMs,
          MediaRecord.Client.UNKNOWN,
          event);
    }

    private long mixed(long i) {
      return (session.getLeastSignificantBits() * 31 + i) * 0x9e3779b97f4a7c15L;
    }
  }
}
