package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.clinic.VideoHealth.Failures;
import dev.kinebeam.coreapi.clinic.VideoHealth.Figures;
import dev.kinebeam.coreapi.clinic.VideoHealth.Gaps;
import dev.kinebeam.coreapi.clinic.VideoHealth.Mean;
import dev.kinebeam.coreapi.clinic.VideoHealth.Percentiles;
import dev.kinebeam.coreapi.clinic.VideoHealth.Rebuffering;
import dev.kinebeam.coreapi.clinic.VideoHealth.Share;
import dev.kinebeam.coreapi.clinic.VideoHealth.Steps;
import dev.kinebeam.coreapi.clinic.VideoHealth.Trouble;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What is counted of a set of sessions. */
record HealthTally(PartSums parts, Latencies startUp, Latencies ttfb) {
  /** Of no session. */
  static final HealthTally NONE = new HealthTally(PartSums.NONE, Latencies.NONE, Latencies.NONE);

  private static final List<Part> STATUSES =
      List.of(Part.PLAYING, Part.COMPLETED, Part.ABANDONED, Part.ERROR);

  /** The tally of the union of disjoint sets. */
  static HealthTally sum(Collection<HealthTally> all) {
    return new HealthTally(
        PartSums.sum(all.stream().map(HealthTally::parts).toList()),
        Latencies.sum(all.stream().map(HealthTally::startUp).toList()),
        Latencies.sum(all.stream().map(HealthTally::ttfb).toList()));
  }

  long of(Part part) {
    return parts.of(part);
  }

  /**
   * The figures of these sessions.
   *
   * @param bounds of the histograms' steps
   */
  Figures figures(List<Long> bounds) {
    long sessions = of(Part.SESSIONS);
    Map<String, Long> byStatus = new LinkedHashMap<>();
    for (Part status : STATUSES) {
      byStatus.put(status.name().toLowerCase(Locale.ROOT), of(status));
    }
    return new Figures(
        sessions,
        byStatus,
        percentiles(startUp, of(Part.LOADED), of(Part.LOAD_SUM_MS), bounds),
        percentiles(ttfb, of(Part.ANSWERED), of(Part.ANSWER_SUM_MS), bounds),
        rebuffering(),
        Share.of(of(Part.FINISHED), of(Part.STARTED)),
        new Failures(
            Share.of(of(Part.START_FAILURES), of(Part.ASKED)),
            Share.of(of(Part.EXITS), sessions),
            Share.of(of(Part.FAILURES), sessions)),
        new Trouble(
            Mean.of(of(Part.SCORE_SUM) / 1000.0, of(Part.LOADED)),
            Share.of(of(Part.STALLED), of(Part.STARTED)),
            Share.of(of(Part.IMPACTED), sessions),
            Share.of(of(Part.EXITS_AFTER_STALL), of(Part.STALLED))),
        new Gaps(
            Share.of(of(Part.EVENTS_MISSING), sessions),
            Share.of(of(Part.COUNTERS_DISAGREE), sessions)));
  }

  private static Percentiles percentiles(Latencies latencies, long n, long sum, List<Long> bounds) {
    return n == 0 ? Percentiles.NONE : latencies.percentiles(n, bounds).averaging((double) sum / n);
  }

  Rebuffering rebuffering() {
    return Rebuffering.of(
        of(Part.STARTED), of(Part.STALLS), of(Part.STALL_MS), of(Part.WATCHED_MS));
  }

  Steps steps(long assigned) {
    return new Steps(assigned, of(Part.SESSIONS), of(Part.STARTED), of(Part.FINISHED));
  }
}
