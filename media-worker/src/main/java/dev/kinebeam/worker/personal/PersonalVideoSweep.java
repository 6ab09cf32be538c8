package dev.kinebeam.worker.personal;

import dev.kinebeam.catalog.personal.IllegalMove;
import dev.kinebeam.catalog.personal.PersonalVideos;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Sees to it that no state lasts for ever: what no task moves gets one again, or fails with its
 * reason. Harmless to repeat.
 *
 * @param grace how long original and hosted video of failed and replaced ones stay
 */
record PersonalVideoSweep(PersonalVideos videos, ProcessingRows rows, Duration grace) {
  private static final Duration ABANDONED_AFTER = Duration.ofDays(1);

  /** All attempts together take minutes, unless thousands wait for their polls. */
  private static final Duration STUCK_AFTER = Duration.ofDays(1);

  /** Runs once; returns what was done, if anything. */
  Optional<String> run() {
    List<String> done = new ArrayList<>();
    some(done, videos.abandon(ABANDONED_AFTER), "uploads abandoned");
    int stuck = 0;
    for (long id : rows.stuck(STUCK_AFTER)) {
      stuck += failed(id) ? 1 : 0;
    }
    some(done, stuck, "failed after a day of processing");
    some(done, videos.scheduleLost(), "tasks entered again");
    some(done, rows.removeOlder(grace), "whose files are given up after their grace");
    return done.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", done));
  }

  private boolean failed(long id) {
    try {
      videos.fail(id, FailureCode.PROCESSING_STUCK.word(), FailureCode.PROCESSING_STUCK.sentence());
      return true;
    } catch (IllegalMove ended) {
      return false;
    }
  }

  private static void some(List<String> done, int number, String what) {
    if (number > 0) {
      done.add(number + " " + what);
    }
  }
}
