package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.SessionMetrics;
import dev.kinebeam.schemas.alert.Counts;
import java.util.UUID;

/**
 * What the rules need to know of a session. The time to the first byte is kept and not a verdict on
 * it, since an organisation may change its limit.
 *
 * @param startedAtMs by the server's clock
 * @param eventsSeen of two signs of a session the one made from more events is the better
 * @param mediaId null when no event has named it
 * @param ttfbMs null when no event has reported it; such a session is left out, it does not count
 *     as 0
 * @param faulty at least one error was reported
 */
record SessionIndicators(
    UUID sessionId,
    long startedAtMs,
    int eventsSeen,
    String mediaId,
    Long ttfbMs,
    boolean faulty,
    long stallMs,
    long watchedMs)
    implements OrgInput {

  static SessionIndicators of(MeasuredSession session) {
    SessionMetrics row = session.metrics();
    return new SessionIndicators(
        row.identity().sessionId(),
        row.identity().startedAtMs(),
        row.trust().eventsSeen(),
        row.identity().mediaId(),
        row.startUp().ttfbMs(),
        row.faults().errorCount() > 0,
        row.smoothness().stallDurationMs(),
        Math.round(row.playback().watchedDurationSeconds() * 1000));
  }

  /** What the session adds to the windows that it lies in. */
  Counts counts(long ttfbLimitMs) {
    boolean played = stallMs + watchedMs > 0;
    return new Counts(
        1,
        faulty ? 1 : 0,
        ttfbMs == null ? 0 : 1,
        ttfbMs != null && ttfbMs > ttfbLimitMs ? 1 : 0,
        played ? 1 : 0,
        played && stallMs > 0 ? 1 : 0,
        stallMs,
        watchedMs);
  }
}
