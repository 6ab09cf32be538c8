package dev.kinebeam.gateway.clinic;

import dev.kinebeam.gateway.clinic.VideoHealth.Figures;
import dev.kinebeam.gateway.clinic.VideoHealth.Rebuffering;
import dev.kinebeam.gateway.clinic.VideoHealth.Share;
import dev.kinebeam.gateway.clinic.VideoHealth.Steps;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The parts of a set of sessions, added up as they come in. Not thread-safe. */
final class HealthTally {
  final Latencies loads = new Latencies();
  final Latencies answers = new Latencies();
  private final Map<Part, Long> parts = new EnumMap<>(Part.class);

  /** Adds the parts of further sessions, in the order of {@link Part}. */
  void add(Long[] more) {
    int i = 0;
    for (Part part : Part.values()) {
      parts.merge(part, more[i++], part::joined);
    }
  }

  long of(Part part) {
    return parts.getOrDefault(part, 0L);
  }

  Figures figures(List<Long> bounds) {
    long sessions = of(Part.SESSIONS);
    Map<String, Long> byStatus = new LinkedHashMap<>();
    for (Part status : new Part[] {Part.PLAYING, Part.COMPLETED, Part.ABANDONED, Part.ERROR}) {
      byStatus.put(status.name().toLowerCase(Locale.ROOT), of(status));
    }
    return new Figures(
        sessions,
        byStatus,
        loads.percentiles(of(Part.LOADED), bounds),
        answers.percentiles(of(Part.ANSWERED), bounds),
        rebuffering(),
        Share.of(of(Part.FINISHED), of(Part.STARTED)),
        Share.of(of(Part.START_FAILURES), of(Part.ASKED)),
        Share.of(of(Part.EXITS), sessions),
        Share.of(of(Part.FAILURES), sessions));
  }

  Rebuffering rebuffering() {
    return Rebuffering.of(
        of(Part.STARTED), of(Part.STALLS), of(Part.STALL_MS), of(Part.WATCHED_MS));
  }

  Steps steps() {
    return new Steps(null, of(Part.SESSIONS), of(Part.STARTED), of(Part.FINISHED));
  }
}
