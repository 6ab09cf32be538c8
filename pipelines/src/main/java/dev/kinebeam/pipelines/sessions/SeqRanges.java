package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.MediaEvent;
import java.util.Arrays;

/**
 * Which numbers of the player's counter have arrived, as ranges: one range for a session without
 * gaps, whatever its length. Numbers of {@link #MOST} and above are not looked at, so that a player
 * that counts in leaps takes bounded room. Immutable.
 */
final class SeqRanges {
  static final SeqRanges NONE = new SeqRanges(new int[0]);

  static final int MOST = 1 << 18;

  /** First and last of each range, ascending, at least one missing number between two ranges. */
  private final int[] bounds;

  private SeqRanges(int[] bounds) {
    this.bounds = bounds;
  }

  static SeqRanges of(int seq) {
    return seq == MediaEvent.NO_SEQ || seq >= MOST ? NONE : new SeqRanges(new int[] {seq, seq});
  }

  void write(FactWriter out) {
    out.number(bounds.length);
    for (int bound : bounds) {
      out.number(bound);
    }
  }

  static SeqRanges read(FactReader in) {
    int[] bounds = new int[(int) in.number()];
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = (int) in.number();
    }
    return bounds.length == 0 ? NONE : new SeqRanges(bounds);
  }

  /** The greatest number, or null when none has arrived. */
  Integer last() {
    return bounds.length == 0 ? null : (Integer) bounds[bounds.length - 1];
  }

  /** How many numbers below the greatest one have not arrived; the counter starts at 0. */
  int missing() {
    if (bounds.length == 0) {
      return 0;
    }
    int present = 0;
    for (int i = 0; i < bounds.length; i += 2) {
      present += bounds[i + 1] - bounds[i] + 1;
    }
    return bounds[bounds.length - 1] + 1 - present;
  }

  /** The union; the same object as one of the two when that one holds the other. */
  SeqRanges merge(SeqRanges other) {
    if (other.bounds.length == 0) {
      return this;
    }
    if (bounds.length == 0) {
      return other;
    }
    int[] a = bounds;
    int[] b = other.bounds;
    int[] all = new int[a.length + b.length];
    int n = 0;
    int i = 0;
    int j = 0;
    while (i < a.length || j < b.length) {
      boolean takeA = j == b.length || (i < a.length && a[i] <= b[j]);
      int first = takeA ? a[i] : b[j];
      int last = takeA ? a[i + 1] : b[j + 1];
      if (takeA) {
        i += 2;
      } else {
        j += 2;
      }
      if (n > 0 && first <= all[n - 1] + 1) {
        all[n - 1] = Math.max(all[n - 1], last);
      } else {
        all[n++] = first;
        all[n++] = last;
      }
    }
    int[] merged = Arrays.copyOf(all, n);
    if (Arrays.equals(merged, a)) {
      return this;
    }
    return Arrays.equals(merged, b) ? other : new SeqRanges(merged);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof SeqRanges ranges && Arrays.equals(bounds, ranges.bounds);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bounds);
  }

  @Override
  public String toString() {
    return "SeqRanges" + Arrays.toString(bounds);
  }
}
