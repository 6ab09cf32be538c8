package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;

/**
 * How far the viewer has come: greatest values, {@link #UNKNOWN} where nobody has said.
 *
 * @param furthestSeconds the furthest place the playhead has been, also by scrubbing
 */
record Viewing(
    double watchedSeconds, double completionPercent, double furthestSeconds, int milestone) {
  static final int UNKNOWN = -1;
  static final Viewing NONE = new Viewing(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);

  static Viewing of(EventData data) {
    EventData.Totals totals = ClientTotals.totalsOf(data);
    Double position = positionOf(data);
    double furthest = position == null ? UNKNOWN : position;
    if (data instanceof EventData.Seek seek && seek.fromSeconds() != null) {
      furthest = Math.max(furthest, seek.fromSeconds());
    }
    int milestone =
        data instanceof EventData.Milestone reached && reached.milestonePercent() != null
            ? reached.milestonePercent()
            : UNKNOWN;
    if (totals == null && furthest == UNKNOWN && milestone == UNKNOWN) {
      return NONE;
    }
    return new Viewing(
        totals == null ? UNKNOWN : orUnknown(totals.watchedDurationSeconds()),
        totals == null ? UNKNOWN : orUnknown(totals.completionPercent()),
        furthest,
        milestone);
  }

  /** Where the playhead stands after the event, or null if the event does not say. */
  static Double positionOf(EventData data) {
    if (data instanceof EventData.Heartbeat it) {
      return it.positionSeconds();
    } else if (data instanceof EventData.Play it) {
      return it.positionSeconds();
    } else if (data instanceof EventData.Pause it) {
      return it.positionSeconds();
    } else if (data instanceof EventData.Seek it) {
      return it.toSeconds();
    } else if (data instanceof EventData.BufferingStart it) {
      return it.positionSeconds();
    } else if (data instanceof EventData.BufferingEnd it) {
      return it.positionSeconds();
    } else if (data instanceof EventData.QualityChange it) {
      return it.positionSeconds();
    } else if (data instanceof EventData.Milestone it) {
      return it.positionSeconds();
    } else if (data instanceof EventData.PlaybackError it) {
      return it.positionSeconds();
    } else if (data instanceof EventData.SessionEnd it) {
      return it.finalPositionSeconds();
    }
    return null;
  }

  Viewing merge(Viewing other) {
    Viewing merged =
        new Viewing(
            Math.max(watchedSeconds, other.watchedSeconds),
            Math.max(completionPercent, other.completionPercent),
            Math.max(furthestSeconds, other.furthestSeconds),
            Math.max(milestone, other.milestone));
    if (merged.equals(this)) {
      return this;
    }
    return merged.equals(other) ? other : merged;
  }

  void write(FactWriter out) {
    out.decimal(watchedSeconds);
    out.decimal(completionPercent);
    out.decimal(furthestSeconds);
    out.number(milestone);
  }

  static Viewing read(FactReader in) {
    return new Viewing(in.decimal(), in.decimal(), in.decimal(), (int) in.number());
  }

  private static double orUnknown(Double value) {
    return value == null ? UNKNOWN : value;
  }
}
