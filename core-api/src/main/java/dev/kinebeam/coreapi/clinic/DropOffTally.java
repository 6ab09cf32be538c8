package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.clinic.DropOff.Part;
import dev.kinebeam.coreapi.clinic.DropOff.Place;
import dev.kinebeam.coreapi.clinic.DropOff.Repetition;
import dev.kinebeam.coreapi.clinic.DropOff.Stretch;
import dev.kinebeam.coreapi.clinic.SegmentMap.Slot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Lays the counts of several renders over one another. A session that came as far as a place of its
 * own render has reached every place before it that its render has.
 */
final class DropOffTally {
  private static final int STRETCH = 5;
  private static final int MAX_STRETCHES = 3;

  private static final class Count {
    private long reached;
    private long stopped;
    private final Leaving.Tally causes = new Leaving.Tally();
    private long stalls;
    private long stallMs;

    private Place place(long n) {
      return new Place(
          reached,
          stopped,
          share(stopped, n),
          share(stopped, reached),
          causes.causes(),
          stalls,
          stallMs);
    }

    private static @Nullable Double share(long part, long whole) {
      return whole == 0 ? null : (double) part / whole;
    }
  }

  private final NavigableMap<Slot, Count> counts = new TreeMap<>();
  private long sessions;
  private long stoppedSessions;

  /** Makes every place of a render known, so that places where no patient stopped are shown too. */
  void render(SegmentMap map) {
    map.slots().forEach(slot -> counts.computeIfAbsent(slot, s -> new Count()));
  }

  /**
   * Sessions of one render that came as far as a slot at most.
   *
   * @param furthest the furthest slot that they reached
   */
  void reached(SegmentMap map, int furthest, long number) {
    sessions += number;
    for (int i = 0; i <= furthest; i++) {
      count(map, i).reached += number;
    }
  }

  /** Sessions of one render that stopped in a slot, for one reason. */
  void stopped(SegmentMap map, int slot, Leaving cause, long number) {
    stoppedSessions += number;
    Count count = count(map, slot);
    count.stopped += number;
    count.causes.add(cause, number);
  }

  /** Stalls of one render in a slot. */
  void stalled(SegmentMap map, int slot, long number, long millis) {
    Count count = count(map, slot);
    count.stalls += number;
    count.stallMs += millis;
  }

  private Count count(SegmentMap map, int slot) {
    return Objects.requireNonNull(counts.get(map.slots().get(slot)), "render(map) comes first");
  }

  long sessions() {
    return sessions;
  }

  long stoppedSessions() {
    return stoppedSessions;
  }

  /** Every segment in the order of the video. */
  List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    List<Repetition> repetitions = new ArrayList<>();
    Count whole = new Count();
    Slot before = null;
    for (Map.Entry<Slot, Count> entry : counts.entrySet()) {
      Slot slot = entry.getKey();
      if (before != null && !sameSegment(before, slot)) {
        parts.add(part(before, whole, repetitions));
        repetitions = new ArrayList<>();
        whole = new Count();
      }
      Count count = entry.getValue();
      whole.reached = Math.max(whole.reached, count.reached);
      whole.stopped += count.stopped;
      whole.causes.add(count.causes);
      whole.stalls += count.stalls;
      whole.stallMs += count.stallMs;
      if (slot.rank() == 0) {
        repetitions.add(new Repetition(slot.repetition() + 1, count.place(sessions)));
      }
      before = slot;
    }
    if (before != null) {
      parts.add(part(before, whole, repetitions));
    }
    return parts;
  }

  private static boolean sameSegment(Slot a, Slot b) {
    return a.kind().equals(b.kind())
        && a.set() == b.set()
        && a.rank() == b.rank()
        && Objects.equals(a.side(), b.side());
  }

  private Part part(Slot slot, Count whole, List<Repetition> repetitions) {
    boolean framing = slot.set() < 0 || slot.set() == Integer.MAX_VALUE;
    return new Part(
        slot.kind(),
        framing ? null : slot.set() + 1,
        slot.side(),
        whole.place(sessions),
        List.copyOf(repetitions));
  }

  /** Blocks of five repetitions of a set, whichever its side, those with the most stops first. */
  List<Stretch> mostStop() {
    record Block(int set, int first) {}
    Map<Block, Long> stopped =
        new TreeMap<>(Comparator.comparingInt(Block::set).thenComparingInt(Block::first));
    Map<Integer, Integer> lengths = new TreeMap<>();
    counts.forEach(
        (slot, count) -> {
          if (slot.rank() == 0) {
            int first = slot.repetition() / STRETCH * STRETCH;
            stopped.merge(new Block(slot.set(), first), count.stopped, Long::sum);
            lengths.merge(slot.set(), slot.repetition() + 1, Math::max);
          }
        });
    return stopped.entrySet().stream()
        .filter(entry -> entry.getValue() > 0)
        .sorted(Map.Entry.<Block, Long>comparingByValue().reversed())
        .limit(MAX_STRETCHES)
        .map(
            entry ->
                stretch(
                    entry.getKey().set + 1,
                    entry.getKey().first + 1,
                    Math.min(
                        entry.getKey().first + STRETCH,
                        lengths.getOrDefault(entry.getKey().set, 0)),
                    entry.getValue()))
        .toList();
  }

  private Stretch stretch(int set, int from, int to, long stopped) {
    double share = (double) stopped / sessions;
    String where = from == to ? "repetition " + from : "repetitions " + from + "–" + to;
    return new Stretch(
        set,
        from,
        to,
        sessions,
        stopped,
        share,
        Math.round(share * 100) + " % stop in set " + set + ", " + where);
  }
}
