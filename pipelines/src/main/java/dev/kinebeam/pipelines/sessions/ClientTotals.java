package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;

/** The player's own counters, which only grow: the greatest of each, -1 where it sent none. */
record ClientTotals(
    long bufferingCount,
    long bufferingMs,
    long bitrateSwitches,
    long resolutionSwitches,
    long droppedFrames,
    long totalFrames,
    long errorCount) {
  static final long UNKNOWN = -1;
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

  private static long orUnknown(Long value) {
    return value == null ? UNKNOWN : value;
  }
}
