package dev.kinebeam.trials.tracker;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.Stall;
import dev.kinebeam.schemas.event.WaitCause;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * What was done to a player, by an observer in its page that knows nothing of the tracker.
 *
 * @param session the tracker's id of it
 * @param next the id of the session that followed in the same element, if one did
 * @param stands the times that the playhead stood while the viewer wanted to play
 * @param played seconds that the playhead moved by playing
 * @param start the first picture, null if none was shown
 * @param began from the click to when the playhead would have begun if it had never stood since,
 *     where the scene says it
 * @param position where the playhead was at the end
 * @param events how many were sent, where the scene counts them
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record Truth(
    UUID session,
    UUID next,
    List<Stand> stands,
    double played,
    Start start,
    double began,
    double position,
    int events) {
  private static final double CLOSE_MS = 100;

  /** Shorter ones need not be reported. */
  private static final double SHORT_MS = 250;

  /**
   * The playhead stood.
   *
   * @param gap milliseconds that the observer's readings leave open at both ends
   * @param late how much later than both ends the page heard of them, null if it never did
   */
  record Stand(WaitCause cause, double position, double ms, double gap, Double late) {
    private Stand asHeard() {
      return new Stand(cause, position, ms, late == null ? gap : gap + late, late);
    }

    private double tolerance() {
      return CLOSE_MS + gap;
    }

    private boolean is(Stall wait) {
      return wait.cause() == cause
          && wait.positionSeconds() != null
          && Math.abs(wait.positionSeconds() - position) < 0.3
          && wait.durationMs() != null
          && Math.abs(wait.durationMs() - ms) <= tolerance();
    }
  }

  /**
   * The first picture, in milliseconds since the viewer asked for it.
   *
   * @param earliest since when the observer cannot say that there was none
   * @param latest when it was on the screen
   */
  record Start(double earliest, double latest) {
    private boolean isOff(Long load) {
      return load == null || load < earliest - CLOSE_MS || load > latest + CLOSE_MS;
    }
  }

  /** The same, by an integration that measures from when the page hears of something. */
  Truth asHeard() {
    return new Truth(
        session,
        next,
        stands.stream().map(Stand::asHeard).toList(),
        played,
        start,
        began,
        position,
        events);
  }

  /** What a row says of the waits that was not so, a line each; empty if all is right. */
  List<String> waits(MeasuredSession row) {
    List<String> found = new ArrayList<>();
    List<Stand> open = new ArrayList<>(stands);
    for (Stall wait : row.waits()) {
      if (wait.cause() == WaitCause.CONTINUED) {
        continue;
      }
      Optional<Stand> seen =
          open.stream()
              .filter(stand -> stand.is(wait))
              .min(Comparator.comparingDouble(stand -> Math.abs(stand.ms() - wait.durationMs())));
      if (seen.isEmpty()) {
        found.add(
            "%s of %s ms at %s was not seen"
                .formatted(wait.cause(), wait.durationMs(), wait.positionSeconds()));
      }
      seen.ifPresent(open::remove);
    }
    for (Stand stand : open) {
      if (stand.ms() > SHORT_MS + stand.tolerance()) {
        found.add("not reported: " + stand);
      }
    }
    if (!found.isEmpty()) {
      found.add("seen: " + stands);
    }
    return found;
  }

  /** The same of the whole row. */
  List<String> differences(MeasuredSession row) {
    List<String> found = new ArrayList<>(waits(row));
    double watched = row.metrics().playback().watchedDurationSeconds();
    if (Math.abs(watched - played) > 0.15) {
      found.add("watched %.3f s, reported %.3f s".formatted(played, watched));
    }
    Long load = row.metrics().startUp().videoLoadTimeMs();
    if (start == null ? load != null : start.isOff(load)) {
      found.add("first picture: %s, reported %s".formatted(start, load));
    }
    if (row.metrics().trust().countersDisagree()) {
      found.add("the counters disagree");
    }
    if (row.metrics().trust().eventsMissing() + row.metrics().trust().eventsCorrected() > 0) {
      found.add(row.metrics().trust().toString().toLowerCase(Locale.ROOT));
    }
    return found;
  }
}
