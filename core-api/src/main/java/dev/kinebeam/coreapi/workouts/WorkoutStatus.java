package dev.kinebeam.coreapi.workouts;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.schemas.Words;

/** How far a workout is. */
enum WorkoutStatus {
  /** A video of it is being made, or could not be made; the patient does not see it. */
  PREPARING,
  /** The patient sees and plays it. */
  VISIBLE,
  COMPLETED,
  CANCELLED;

  /** As tables and answers hold it. */
  @JsonValue
  String word() {
    return Words.write(this);
  }

  /** Whether its videos are or will be played: they are not removed, and follow new versions. */
  boolean isActive() {
    return this == PREPARING || this == VISIBLE;
  }
}
