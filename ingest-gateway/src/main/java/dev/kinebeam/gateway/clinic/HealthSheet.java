package dev.kinebeam.gateway.clinic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that is counted for one answer: both windows, and the present one by group and by
 * video. Not thread-safe.
 *
 * @param by what groups are of; none when nothing was asked for
 * @param groups by value, which is null where sessions did not tell
 */
record HealthSheet(
    Optional<Dimension> by,
    HealthTally present,
    HealthTally before,
    Map<String, HealthTally> groups,
    Map<String, HealthTally> videos) {

  HealthSheet(Optional<Dimension> by) {
    this(by, new HealthTally(), new HealthTally(), new HashMap<>(), new HashMap<>());
  }

  HealthTally window(boolean isPresent) {
    return isPresent ? present : before;
  }

  HealthTally group(String label) {
    return groups.computeIfAbsent(label, value -> new HealthTally());
  }

  /** Adds the parts of sessions that share a window, a video (or null) and a label. */
  void add(boolean isPresent, String media, String label, Long[] parts) {
    window(isPresent).add(parts);
    if (!isPresent) {
      return;
    }
    if (by.isPresent()) {
      group(label).add(parts);
    }
    if (media != null) {
      videos.computeIfAbsent(media, value -> new HealthTally()).add(parts);
    }
  }

  /** Adds {@code n} latencies of one step. */
  void addStep(boolean isPresent, String label, boolean ofLoad, int place, long n, int places) {
    latencies(window(isPresent), ofLoad).add(place, n, places);
    if (isPresent && by.isPresent()) {
      latencies(group(label), ofLoad).add(place, n, places);
    }
  }

  private static Latencies latencies(HealthTally tally, boolean ofLoad) {
    return ofLoad ? tally.loads : tally.answers;
  }

  /** The groups with the most sessions first. */
  List<Map.Entry<String, HealthTally>> largestGroups(int most) {
    Comparator<HealthTally> bySessions = Comparator.comparingLong(t -> -t.of(Part.SESSIONS));
    return first(new ArrayList<>(groups.entrySet()), bySessions, most);
  }

  /** The videos that stalled at all, most often first. */
  List<Map.Entry<String, HealthTally>> worstVideos(int most) {
    Comparator<HealthTally> byStalls = Comparator.comparingLong(t -> -t.of(Part.STALLS));
    List<Map.Entry<String, HealthTally>> stalled =
        videos.entrySet().stream().filter(v -> v.getValue().of(Part.STALLS) > 0).toList();
    return first(stalled, byStalls.thenComparingLong(t -> -t.of(Part.STALL_MS)), most);
  }

  private static List<Map.Entry<String, HealthTally>> first(
      List<Map.Entry<String, HealthTally>> entries, Comparator<HealthTally> order, int most) {
    Comparator<String> byName = Comparator.nullsLast(Comparator.naturalOrder());
    return entries.stream()
        .sorted(
            Map.Entry.<String, HealthTally>comparingByValue(order)
                .thenComparing(Map.Entry::getKey, byName))
        .limit(most)
        .toList();
  }
}
