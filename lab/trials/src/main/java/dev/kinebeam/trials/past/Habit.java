package dev.kinebeam.trials.past;

import dev.kinebeam.trials.patients.Clinics;
import java.util.ArrayList;
import java.util.List;

/** How a patient exercised in the past weeks. */
enum Habit {
  /** Most days, mostly to the end. */
  STEADY(0.75),
  /** Nearly every day. */
  KEEN(0.95),
  /** Now and then. */
  SPORADIC(0.35),
  /** On a weak connection: waits, and sometimes gives up. */
  WEAK_LINE(0.8),
  /** Since a few days the video often does not start. */
  FAILED_STARTS(0.8),
  /** Stops at the same repetition each time. */
  STOPS_AT_REPETITION(0.85),
  /** Came at first, and then no more. */
  STOPPED_COMING(0.7);

  private static final int PEOPLE = 48;

  private final double adherence;

  Habit(double adherence) {
    this.adherence = adherence;
  }

  /** How likely this person exercises on a day with a workout. */
  double adherence() {
    return adherence;
  }

  /** One patient with a past. */
  record Person(Clinics.Patient patient, Habit habit) {}

  /** All of a clinic who have a past; each consents. */
  static List<Person> people(Clinics.Clinic clinic) {
    List<Person> people = new ArrayList<>();
    int number = 0;
    for (Clinics.Patient patient : Clinics.patients(PEOPLE)) {
      if (patient.clinic().equals(clinic)) {
        if (patient.consents()) {
          people.add(new Person(patient, ofPatient(number)));
        }
        number++;
      }
    }
    for (Clinics.Patient regular : Clinics.regulars(clinic)) {
      people.add(new Person(regular, people.size() % 3 == 0 ? KEEN : STEADY));
    }
    people.add(new Person(Clinics.former(clinic), STOPPED_COMING));
    return people;
  }

  private static Habit ofPatient(int number) {
    return switch (number) {
      case 1 -> WEAK_LINE;
      case 2, 9 -> SPORADIC;
      case 3 -> FAILED_STARTS;
      case 5 -> STOPS_AT_REPETITION;
      case 6, 10 -> KEEN;
      default -> STEADY;
    };
  }
}
