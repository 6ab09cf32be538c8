package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.clinic.HealthSubject.All;
import dev.kinebeam.coreapi.clinic.HealthSubject.Value;
import dev.kinebeam.coreapi.clinic.HealthSubject.Video;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one row of the database adds to the figures of some subjects.
 *
 * @param subjects each once
 */
record HealthRow(List<HealthSubject> subjects, HealthTally tally) {

  /** Percentiles of one subject, which no other row can refine. */
  static HealthRow percentiles(HealthSubject subject, Latencies startUp, Latencies ttfb) {
    return new HealthRow(List.of(subject), new HealthTally(PartSums.NONE, startUp, ttfb));
  }

  /**
   * Sessions that began in one period and share a value.
   *
   * @param by the requested dimension; without one there are no values
   * @param value null where the sessions did not report one
   */
  static HealthRow ofValue(
      Period period, Optional<Dimension> by, @Nullable String value, HealthTally tally) {
    return new HealthRow(subjects(period, by, value), tally);
  }

  /**
   * Sessions that began in one period and share a value and a video.
   *
   * @param mediaId null where the sessions did not report one
   */
  static HealthRow ofVideo(
      Period period,
      Optional<Dimension> by,
      @Nullable String value,
      @Nullable String mediaId,
      HealthTally tally) {
    List<HealthSubject> subjects = subjects(period, by, value);
    if (period == Period.PRESENT && mediaId != null) {
      subjects.add(new Video(mediaId));
    }
    return new HealthRow(subjects, tally);
  }

  private static List<HealthSubject> subjects(
      Period period, Optional<Dimension> by, @Nullable String value) {
    List<HealthSubject> subjects = new ArrayList<>();
    subjects.add(new All(period));
    if (period == Period.PRESENT && by.isPresent()) {
      subjects.add(new Value(value));
    }
    return subjects;
  }
}
