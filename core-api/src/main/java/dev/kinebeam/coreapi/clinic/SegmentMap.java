package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.schemas.render.Segment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A render's segment map as one row of slots: every repetition of a set, and every other segment as
 * a whole. Slot {@code i} reaches from boundary {@code i} to the next; the first also takes what
 * lies before, the last what lies beyond.
 */
final class SegmentMap {
  /**
   * What a slot is, whatever its render: the same place of another render is equal.
   *
   * @param set from 0; of a pause the set before it, of the intro -1; the outro counts as after all
   * @param rank 0 = a set's repetition, 1 = the pause after the set
   * @param repetition from 0
   * @param side of a set; null where it has none
   */
  record Slot(String kind, int set, int rank, int repetition, @Nullable String side)
      implements Comparable<Slot> {
    private static final java.util.Comparator<Slot> IN_ORDER =
        java.util.Comparator.comparingInt(Slot::set)
            .thenComparingInt(Slot::rank)
            .thenComparing(
                Slot::side, java.util.Comparator.nullsFirst(java.util.Comparator.naturalOrder()))
            .thenComparingInt(Slot::repetition)
            .thenComparing(Slot::kind);

    @Override
    public int compareTo(Slot other) {
      return IN_ORDER.compare(this, other);
    }
  }

  private final List<Slot> slots = new ArrayList<>();
  private final List<Double> inner = new ArrayList<>();

  private SegmentMap() {}

  static SegmentMap of(List<Segment> segments) {
    SegmentMap map = new SegmentMap();
    int set = -1;
    for (Segment segment : segments) {
      if (segment.set() != null && segment.reps().size() > 1) {
        set = segment.set();
        for (int rep = 0; rep + 1 < segment.reps().size(); rep++) {
          map.add(segment.reps().get(rep), new Slot(segment.kind(), set, 0, rep, segment.side()));
        }
      } else {
        boolean last = segment.kind().equals("outro");
        map.add(
            segment.fromSeconds(),
            new Slot(segment.kind(), last ? Integer.MAX_VALUE : set, 1, 0, null));
      }
    }
    return map;
  }

  private void add(double from, Slot slot) {
    if (!slots.isEmpty()) {
      inner.add(from);
    }
    slots.add(slot);
  }

  boolean isEmpty() {
    return slots.isEmpty();
  }

  List<Slot> slots() {
    return slots;
  }

  /** Boundaries between slots as an array of PostgreSQL, for {@code width_bucket}. */
  String boundaries() {
    StringBuilder array = new StringBuilder("{");
    for (int i = 0; i < inner.size(); i++) {
      array.append(i == 0 ? "" : ",").append(inner.get(i).doubleValue());
    }
    return array.append('}').toString();
  }
}
