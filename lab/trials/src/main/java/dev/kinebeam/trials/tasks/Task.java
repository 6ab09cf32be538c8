package dev.kinebeam.trials.tasks;

import java.util.List;
import java.util.stream.Stream;

/**
 * What a person comes for.
 *
 * @param role who comes
 * @param name in the table that is printed
 */
record Task(String role, String name, Script script) {
  static final String PATIENT = "patient";
  static final String THERAPIST = "specialist";
  static final String CLINIC = "clinic_admin";

  /** How it is done; ends when the person has what they came for. */
  @FunctionalInterface
  interface Script {
    void run(Hand hand);
  }

  /** All of them, in the order in which they are done. */
  static List<Task> all() {
    return Stream.of(PatientTasks.ALL, TherapistTasks.ALL, ClinicTasks.ALL)
        .flatMap(List::stream)
        .toList();
  }
}
