package dev.kinebeam.coreapi.workouts;

import dev.kinebeam.schemas.render.SetSpec;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A workout as it is asked for.
 *
 * @param scheduledFor a day of the clinic's time zone
 * @param exercises in the order in which they are done
 */
record Prescription(UUID patientId, LocalDate scheduledFor, List<Item> exercises) {
  /** More than a workout of an hour has; it bounds what one request may cost. */
  static final int MOST_EXERCISES = 30;

  Prescription {
    exercises = List.copyOf(exercises);
  }

  /**
   * One exercise and its dose.
   *
   * @param exercise its slug
   * @param sets of an exercise of composed videos; empty of a whole video
   */
  record Item(String exercise, String language, Optional<List<SetSpec>> sets) {}

  /** Where an exercise is in the request. */
  static String field(int position) {
    return "exercises[" + position + "]";
  }
}
