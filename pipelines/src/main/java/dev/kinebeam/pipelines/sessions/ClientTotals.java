package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;

/**
 * The player's own counters, which only grow: the greatest of each, -1 where it sent none. The
 * parser lets nothing above 1e9 pass, neither counts nor milliseconds.
 */
record ClientTotals(
    int bufferingCount,
    int bufferingMs,
    int bitrateSwitches,
    int resolutionSwitches,
    int droppedFrames,
    int totalFrames,
    int errorCount) {
  static final int UNKNOWN = -1;
  static final ClientTotals NONE =
      new ClientTotals(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);

  static ClientTotals of(EventData data) {
    EventData.Totals totals = totalsOf(data);
    if (totals == null) {
      return NONE;
    }
    return new ClientTotals(
        orUnknown(totals.bufferingCount()),
        orUnknown(totals.bufferingDurationMs()),
        orUnknown(totals.bitrateSwitches()),
        orUnknown(totals.resolutionSwitches()),
        orUnknown(totals.droppedFrames()),
        orUnknown(totals.totalFrames()),
        orUnknown(totals.errorCount()));
  }

  /** The counters that the event carries, or null. */
  static EventData.Totals totalsOf(EventData data) {
    if (data instanceof EventData.Heartbeat it) {
      return it.totals();
    }
    return data instanceof EventData.SessionEnd it ? it.totals() : null;
  }

  ClientTotals merge(ClientTotals other) {
    ClientTotals merged =
        new ClientTotals(
            Math.max(bufferingCount, other.bufferingCount),
            Math.max(bufferingMs, other.bufferingMs),
            Math.max(bitrateSwitches, other.bitrateSwitches),
            Math.max(resolutionSwitches, other.resolutionSwitches),
            Math.max(droppedFrames, other.droppedFrames),
            Math.max(totalFrames, other.totalFrames),
            Math.max(errorCount, other.errorCount));
    if (merged.equals(this)) {
      return this;
    }
    return merged.equals(other) ? other : merged;
  }

  private static int orUnknown(Long value) {
    return value == null ? UNKNOWN : (int) Math.min(value, Integer.MAX_VALUE);
  }

  void write(FactWriter out) {
    out.number(bufferingCount);
    out.number(bufferingMs);
    out.number(bitrateSwitches);
    out.number(resolutionSwitches);
    out.number(droppedFrames);
    out.number(totalFrames);
    out.number(errorCount);
  }

  static ClientTotals read(FactReader in) {
    ClientTotals totals =
        new ClientTotals(
            (int) in.number(),
            (int) in.number(),
            (int) in.number(),
            (int) in.number(),
            (int) in.number(),
            (int) in.number(),
            (int) in.number());
    return totals.equals(NONE) ? NONE : totals;
  }
}
