package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;

/**
 * How far the viewer has come: greatest values, {@link #UNKNOWN} where no event has reported one.
 *
 * @param furthestSeconds the furthest place the playhead has been, also by scrubbing
 * @param reportedSeconds the furthest place that a heartbeat, a milestone or a session_end reported
 * @param milestone the greatest milestone
 * @param playedToMilestone the last milestone was reached in a time that playing there takes
 */
record Viewing(
    double watchedSeconds,
    double completionPercent,
    double furthestSeconds,
    double reportedSeconds,
    int milestone,
    boolean playedToMilestone) {
  static final int UNKNOWN = -1;
  static final Viewing NONE = new Viewing(UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN, false);

  /** Twice the speed, and a little: players play no faster. */
  private static final double MIN_TIME_PER_SECOND = 0.45;

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
        reports(data) ? orUnknown(position) : UNKNOWN,
        milestone,
        data instanceof EventData.Milestone reached && isPlayed(reached));
  }

  private static boolean reports(EventData data) {
    return data instanceof EventData.Heartbeat
        || data instanceof EventData.Milestone
        || data instanceof EventData.SessionEnd;
  }

  private static boolean isPlayed(EventData.Milestone it) {
    return it.milestonePercent() != null
        && it.milestonePercent() >= SessionMetrics.COMPLETED_PERCENT
        && it.positionSeconds() != null
        && it.elapsedRealSeconds() != null
        && it.elapsedRealSeconds() >= MIN_TIME_PER_SECOND * it.positionSeconds();
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
            Math.max(reportedSeconds, other.reportedSeconds),
            Math.max(milestone, other.milestone),
            playedToMilestone || other.playedToMilestone);
    if (merged.equals(this)) {
      return this;
    }
    return merged.equals(other) ? other : merged;
  }

  void write(FactWriter out) {
    out.decimal(watchedSeconds);
    out.decimal(completionPercent);
    out.decimal(furthestSeconds);
    out.decimal(reportedSeconds);
    out.number(milestone);
    out.flag(playedToMilestone);
  }

  static Viewing read(FactReader in) {
    return new Viewing(
        in.decimal(), in.decimal(), in.decimal(), in.decimal(), (int) in.number(), in.flag());
  }

  private static double orUnknown(Double value) {
    return value == null ? UNKNOWN : value;
  }
}
