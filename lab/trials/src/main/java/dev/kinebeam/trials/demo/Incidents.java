package dev.kinebeam.trials.demo;

import dev.kinebeam.schemas.UuidV5;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.patients.Behaviour;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.Clinics.Clinic;
import dev.kinebeam.trials.patients.Conditions;
import dev.kinebeam.trials.patients.Patients;
import dev.kinebeam.trials.patients.ScriptedSession;
import dev.kinebeam.trials.patients.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/**
 * Short sessions in every clinic, one after the other: an {@link Incident} in some, and then all is
 * well again, except for one exercise that stays broken everywhere. Sessions here are short and
 * play almost in real time, since alerts look at when sessions began.
 */
final class Incidents {
  /** The recent window of the rules in the demo: an hour would make the demo too long. */
  static final Duration WINDOW = Duration.ofSeconds(40);

  /**
   * The window of {@code content_quality} in the demo, instead of a day. It is longer than the
   * accounting, in which nothing is played, and shorter than the time for which players here were
   * offline ({@link Traffic#OFFLINE}): what the patients of a round play is not judged.
   */
  static final Duration EXERCISE_WINDOW = Duration.ofMinutes(4);

  /** How long a condition must have failed before its automation is resolved. */
  static final Duration RESOLVED_AFTER = Duration.ofSeconds(3);

  private static final Duration EVERY = Duration.ofMillis(1_200);

  /** Until the last bad session has left the windows, and somewhat longer. */
  private static final Duration AFTERWARDS = WINDOW.plus(RESOLVED_AFTER).plusSeconds(8);

  private static final double VIDEO_SECONDS = 6;
  private static final double SPEED = 3;

  /** When all is well, one session in so many stalls for a moment. */
  private static final int STALLS_ONE_IN = 8;

  private final Traffic traffic;
  private final UUID runId;
  private final Patients writer;
  private final RandomGenerator random;
  private final UnaryOperator<String> mediaIds;
  private int number;

  /**
   * Writes the sessions.
   *
   * @param mediaIds what players send for an exercise, by its slug
   */
  Incidents(Traffic traffic, UUID runId, long seed, UnaryOperator<String> mediaIds) {
    this.mediaIds = mediaIds;
    this.traffic = traffic;
    this.runId = runId;
    this.writer = Patients.seeded(seed * 17 + 3);
    this.random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed * 13 + 5);
  }

  /** One session still to be played. */
  private record Planned(ScriptedSession script, Clinics.Patient patient, Traffic.Pace pace) {}

  /** The incidents, and the quiet after them; returns at once with what ends with the last. */
  CountDownLatch happen() {
    List<Planned> plan = new ArrayList<>();
    Duration longest =
        Arrays.stream(Incident.values())
            .map(Incident::lasts)
            .max(Comparator.naturalOrder())
            .orElseThrow();
    long steps = longest.plus(AFTERWARDS).dividedBy(EVERY);
    for (Clinic clinic : Clinics.ALL) {
      for (int i = 0; i < steps; i++) {
        Duration delay = EVERY.multipliedBy(i);
        Traffic.Pace pace = new Traffic.Pace(delay, SPEED, Duration.ZERO);
        int step = i;
        plan.add(
            Incident.of(clinic)
                .filter(incident -> delay.compareTo(incident.lasts()) < 0)
                .map(incident -> bad(incident, step, pace))
                .orElseGet(() -> good(clinic, step, pace)));
      }
    }
    return play(plan);
  }

  /** One good session in the clinic without an incident, so that the telemetry job has a row. */
  void begin() {
    Clinic quiet = Clinics.ALL.get(Clinics.ALL.size() - 1);
    play(List.of(good(quiet, 0, new Traffic.Pace(Duration.ZERO, SPEED, Duration.ZERO))));
  }

  /** So many sessions in each clinic of the exercise that stays broken. */
  CountDownLatch fail(int each) {
    List<Planned> plan = new ArrayList<>();
    Traffic.Pace pace = new Traffic.Pace(Duration.ZERO, SPEED, Duration.ZERO);
    for (int i = 0; i < each; i++) {
      for (Clinic clinic : Clinics.ALL) {
        plan.add(
            planned(
                clinic, i, DemoDatabase.FAILING_EXERCISE, Behaviour.FAILS, Conditions.GOOD, pace));
      }
    }
    return play(plan);
  }

  private Planned bad(Incident incident, int i, Traffic.Pace pace) {
    Clinic clinic = incident.clinic();
    return planned(clinic, i, usual(clinic), incident.behaviour(), incident.conditions(), pace);
  }

  private Planned good(Clinic clinic, int i, Traffic.Pace pace) {
    Behaviour behaviour = i % STALLS_ONE_IN == 1 ? Behaviour.STALLS : Behaviour.FINISHES;
    return planned(clinic, i, usual(clinic), behaviour, Conditions.GOOD, pace);
  }

  private static String usual(Clinic clinic) {
    return Incident.BROKEN_EXERCISE.clinic().equals(clinic)
        ? DemoDatabase.BROKEN_EXERCISE
        : DemoDatabase.SHORT_EXERCISE;
  }

  private Planned planned(
      Clinic clinic,
      int i,
      String slug,
      Behaviour behaviour,
      Conditions conditions,
      Traffic.Pace pace) {
    List<Clinics.Patient> people = Clinics.regulars(clinic);
    ScriptedSession script =
        writer.session(
            behaviour,
            conditions,
            UuidV5.of(runId, "short session " + number++),
            mediaIds.apply(slug),
            null,
            VIDEO_SECONDS);
    return new Planned(script, people.get(i % people.size()), pace);
  }

  private CountDownLatch play(List<Planned> plan) {
    CountDownLatch running = new CountDownLatch(plan.size());
    for (Planned next : plan) {
      traffic.play(next.script(), next.patient(), next.pace(), random.nextLong(), running);
    }
    return running;
  }
}
