package dev.kinebeam.coreapi.clinic;

import java.util.Collection;
import java.util.EnumMap;
import java.util.Map;

/** The {@link Part}s of a set of sessions. Immutable. */
final class PartSums {
  /** Of no session. */
  static final PartSums NONE = new PartSums(new EnumMap<>(Part.class));

  private final Map<Part, Long> values;

  private PartSums(Map<Part, Long> values) {
    this.values = values;
  }

  /**
   * The parts as the database returns them.
   *
   * @param values in the order of {@link Part}
   */
  static PartSums of(Long[] values) {
    Map<Part, Long> parts = new EnumMap<>(Part.class);
    int i = 0;
    for (Part part : Part.values()) {
      parts.put(part, values[i++]);
    }
    return new PartSums(parts);
  }

  /** The parts of the union of disjoint sets. */
  static PartSums sum(Collection<PartSums> all) {
    Map<Part, Long> sums = new EnumMap<>(Part.class);
    for (PartSums next : all) {
      next.values.forEach((part, value) -> sums.merge(part, value, part::joined));
    }
    return new PartSums(sums);
  }

  long of(Part part) {
    return values.getOrDefault(part, 0L);
  }
}
