package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.clinic.HealthSubject.All;
import dev.kinebeam.coreapi.clinic.HealthSubject.Value;
import dev.kinebeam.coreapi.clinic.HealthSubject.Video;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The tallies of every subject of one answer, folded from rows. */
record HealthSheet(Map<HealthSubject, HealthTally> tallies) {

  /**
   * A value or a video with what was counted of it.
   *
   * @param name null where the sessions did not report one
   */
  record Counted(@Nullable String name, HealthTally tally) {
    private static final Comparator<Counted> BY_NAME =
        Comparator.comparing(Counted::name, Comparator.nullsLast(Comparator.naturalOrder()));

    private long of(Part part) {
      return tally.of(part);
    }
  }

  /** Adds up what rows of disjoint sets of sessions say of each subject. */
  static HealthSheet of(List<HealthRow> rows) {
    Map<HealthSubject, List<HealthTally>> bySubject = new HashMap<>();
    for (HealthRow row : rows) {
      for (HealthSubject subject : row.subjects()) {
        bySubject.computeIfAbsent(subject, key -> new ArrayList<>()).add(row.tally());
      }
    }
    Map<HealthSubject, HealthTally> tallies = new HashMap<>();
    bySubject.forEach((subject, parts) -> tallies.put(subject, HealthTally.sum(parts)));
    return new HealthSheet(Map.copyOf(tallies));
  }

  HealthTally all(Period period) {
    return tallies.getOrDefault(new All(period), HealthTally.NONE);
  }

  /** The sessions of the present window that have this value. */
  HealthTally value(String value) {
    return tallies.getOrDefault(new Value(value), HealthTally.NONE);
  }

  /** The values with the most sessions first. */
  List<Counted> largestValues(int most) {
    return counted(Value.class, Value::value)
        .sorted(
            Comparator.<Counted>comparingLong(c -> -c.of(Part.SESSIONS))
                .thenComparing(Counted.BY_NAME))
        .limit(most)
        .toList();
  }

  /** The videos that stalled at all, those with the most stalls first. */
  List<Counted> worstVideos(int most) {
    return counted(Video.class, Video::mediaId)
        .filter(video -> video.of(Part.STALLS) > 0)
        .sorted(
            Comparator.<Counted>comparingLong(c -> -c.of(Part.STALLS))
                .thenComparingLong(c -> -c.of(Part.STALL_MS))
                .thenComparing(Counted.BY_NAME))
        .limit(most)
        .toList();
  }

  private <S extends HealthSubject> Stream<Counted> counted(
      Class<S> kind, Function<S, String> name) {
    return tallies.entrySet().stream()
        .filter(entry -> kind.isInstance(entry.getKey()))
        .map(entry -> new Counted(name.apply(kind.cast(entry.getKey())), entry.getValue()));
  }
}
