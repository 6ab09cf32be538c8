package dev.kinebeam.trials.past;

import dev.kinebeam.schemas.UuidV5;
import dev.kinebeam.trials.patients.Behaviour;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.Conditions;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Who was to exercise when in the weeks before a moment, and what came of it; pure. What happened
 * on a day follows from the day, the person and how many days ago it was.
 */
final class PastPlan {
  static final int DAYS = 21;

  private static final int STOPPED_DAYS_AGO = 10;
  private static final int TROUBLE_SINCE_DAYS = 5;
  private static final int SLOW_DAYS_AGO = 9;
  private static final LocalTime SLOW_FROM = LocalTime.of(17, 0);

  /** Later is left to who plays now: longer than a session, and than a player is offline. */
  private static final Duration UNTIL = Duration.ofMinutes(40);

  /** Hours in which people exercise: before work, at noon, and most of them after work. */
  private static final int[] HOURS = {
    7, 7, 7, 8, 8, 8, 8, 9, 9, 10, 10, 11, 12, 12, 13, 14, 15, 16, 16, 17, 17, 17, 18, 18, 18, 18,
    19, 19, 19, 20
  };

  /** What ordinary people do, of a hundred. */
  private static final List<Behaviour> USUAL = usual();

  private final List<PastVideo> videos;
  private final List<Workout> workouts = new ArrayList<>();
  private final List<Visit> visits = new ArrayList<>();

  private PastPlan(List<PastVideo> videos) {
    this.videos = videos;
  }

  /** The first of the videos was to be played by this person on this day. */
  record Workout(Clinics.Patient patient, LocalDate day, boolean completed) {}

  /**
   * The weeks of a clinic before {@code now}. What is prescribed today is not played in it.
   *
   * @param videos the first is prescribed
   */
  static PastPlan of(Clinics.Clinic clinic, Instant now, List<PastVideo> videos) {
    PastPlan plan = new PastPlan(videos);
    LocalDate today = LocalDate.ofInstant(now, clinic.zone());
    for (Habit.Person person : Habit.people(clinic)) {
      for (int ago = DAYS; ago >= 0; ago--) {
        plan.day(person, today.minusDays(ago), ago);
      }
    }
    plan.visits.removeIf(visit -> visit.begin().isAfter(now.minus(UNTIL)));
    return plan;
  }

  List<Workout> workouts() {
    return workouts;
  }

  List<Visit> visits() {
    return visits;
  }

  private static List<Behaviour> usual() {
    List<Behaviour> all = new ArrayList<>();
    add(all, 56, Behaviour.FINISHES);
    add(all, 16, Behaviour.STALLS);
    add(all, 8, Behaviour.PAUSES);
    add(all, 6, Behaviour.SCRUBS);
    add(all, 5, Behaviour.CHANGES_QUALITY);
    add(all, 5, Behaviour.QUITS);
    add(all, 2, Behaviour.VANISHES);
    add(all, 1, Behaviour.LEAVES_BEFORE_START);
    add(all, 1, Behaviour.FAILS);
    return all;
  }

  private static void add(List<Behaviour> all, int times, Behaviour behaviour) {
    for (int i = 0; i < times; i++) {
      all.add(behaviour);
    }
  }

  private void day(Habit.Person person, LocalDate day, int ago) {
    SplittableRandom random = randomOf(UuidV5.of(person.patient().patientId(), "day " + day));
    boolean weekend = day.getDayOfWeek().compareTo(DayOfWeek.SATURDAY) >= 0;
    boolean assigned = person.habit() == Habit.KEEN || day.getDayOfWeek() != DayOfWeek.SUNDAY;
    boolean gone = person.habit() == Habit.STOPPED_COMING && ago <= STOPPED_DAYS_AGO;
    double likely = person.habit().adherence() * (weekend ? 0.6 : 1);
    boolean comes = assigned && !gone && random.nextDouble() < likely;
    boolean completed = false;
    if (comes) {
      LocalTime at =
          LocalTime.of(HOURS[random.nextInt(HOURS.length)], random.nextInt(50), random.nextInt(60));
      int many = 1 + random.nextInt(2);
      for (int i = 0; i < many; i++) {
        boolean prescribed = i == 0 && ago > 0;
        PastVideo video = videos.get(prescribed ? 0 : 1 + random.nextInt(videos.size() - 1));
        Visit visit = visit(person, day, ago, i, at, video, random);
        visits.add(visit);
        completed |= i == 0 && visit.completes();
        at = at.plus(Duration.ofSeconds(90 + (long) (video.seconds() * 1.5)));
      }
    }
    if (assigned && ago > 0) {
      workouts.add(new Workout(person.patient(), day, completed));
    }
  }

  private Visit visit(
      Habit.Person person,
      LocalDate day,
      int ago,
      int number,
      LocalTime at,
      PastVideo video,
      SplittableRandom random) {
    Clinics.Clinic clinic = person.patient().clinic();
    boolean slow =
        clinic.equals(Clinics.ALL.get(0)) && ago == SLOW_DAYS_AGO && at.isAfter(SLOW_FROM);
    Conditions conditions =
        person.habit() == Habit.WEAK_LINE
            ? Conditions.WEAK
            : slow ? Conditions.SLOW_CDN : Conditions.USUAL;
    return new Visit(
        UuidV5.of(person.patient().patientId(), "past " + day + " " + number),
        person.patient(),
        day,
        day.atTime(at).atZone(clinic.zone()).toInstant(),
        video,
        behaviour(person.habit(), ago, random),
        conditions,
        leavesAt(person.habit(), video, random));
  }

  private static Behaviour behaviour(Habit habit, int ago, SplittableRandom random) {
    double chance = random.nextDouble();
    if (habit == Habit.FAILED_STARTS && ago <= TROUBLE_SINCE_DAYS && chance < 0.6) {
      return chance < 0.45 ? Behaviour.NEVER_STARTS : Behaviour.LEAVES_BEFORE_START;
    }
    if (habit == Habit.WEAK_LINE && chance < 0.9) {
      return chance < 0.06
          ? Behaviour.DIES_STALLING
          : chance < 0.75 ? Behaviour.STALLS : Behaviour.CHANGES_QUALITY;
    }
    if (habit == Habit.STOPPED_COMING && ago <= STOPPED_DAYS_AGO + 3 && chance < 0.5) {
      return Behaviour.FAILS;
    }
    return USUAL.get(random.nextInt(USUAL.size()));
  }

  private static OptionalDouble leavesAt(Habit habit, PastVideo video, SplittableRandom random) {
    double chance = random.nextDouble();
    double jitter = random.nextDouble();
    if (habit == Habit.STOPS_AT_REPETITION && video.hardPlace().isPresent() && chance < 0.85) {
      return OptionalDouble.of(rounded(video.hardPlace().getAsDouble() + jitter));
    }
    if (habit == Habit.WEAK_LINE && chance < 0.2) {
      return OptionalDouble.of(rounded(video.seconds() * (0.2 + 0.6 * jitter)));
    }
    return OptionalDouble.empty();
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }

  private static SplittableRandom randomOf(UUID id) {
    return new SplittableRandom(id.getMostSignificantBits() ^ id.getLeastSignificantBits());
  }
}
