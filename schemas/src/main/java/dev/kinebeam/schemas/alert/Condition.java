package dev.kinebeam.schemas.alert;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How one rule's condition stands at one moment; pure. It begins when the plain share exceeds its
 * threshold in at least {@code minSessions} sessions; the share's lower bound is evidence and
 * decides nothing. It fails when the share lies below {@link #CALM} of the threshold, or there is
 * no session left to judge by. Between the two nothing changes, so that a share that wavers around
 * its threshold pages once.
 *
 * @param holds whether it begins an episode; never true together with {@code fails}
 * @param fails whether it brings an episode nearer to its end
 */
public record Condition(boolean holds, boolean fails, Evidence evidence) {
  /** Below this part of the threshold a condition fails. */
  public static final double CALM = 0.8;

  /**
   * What one moment changes.
   *
   * @param episode what continues after it; empty when nothing does
   */
  public record Step(Optional<Episode> episode, Change change) {}

  /** Whether an episode begins or ends. */
  public enum Change {
    NONE,
    OPENED,
    CLEARED
  }

  /** Late first bytes among the {@code recent} sessions. */
  public static Condition cdnIssue(Thresholds thresholds, Counts recent, long fromMs, long nowMs) {
    return share(
        thresholds.cdnIssue(),
        recent.timed(),
        recent.slow(),
        thresholds.ttfbLimitMs(),
        fromMs,
        nowMs);
  }

  /** Errors among the sessions of one exercise. */
  public static Condition contentQuality(
      Thresholds thresholds, Counts exercise, long fromMs, long nowMs) {
    return share(
        thresholds.contentQuality(), exercise.sessions(), exercise.faulty(), null, fromMs, nowMs);
  }

  /** Stalls of the {@code recent} sessions, compared with the {@code usual} ones. */
  public static Condition networkDegradation(
      Thresholds thresholds, Counts recent, Counts usual, long fromMs, long nowMs) {
    Thresholds.Limit limit = thresholds.networkDegradation();
    // A clinic of yesterday has no usual; three times an unknown value is not a condition.
    boolean comparable = limit.enabled() && usual.played() >= limit.minSessions();
    double least =
        comparable
            ? Math.max(limit.threshold() * usual.rebufferRatio(), thresholds.minRatio())
            : Double.NaN;
    boolean holds =
        comparable
            && recent.played() >= limit.minSessions()
            && recent.stallMs() > 0
            && recent.rebufferRatio() >= least;
    boolean fails =
        !comparable
            || recent.played() == 0
            || recent.stallMs() == 0
            || recent.rebufferRatio() < CALM * least;
    return new Condition(
        holds, fails, Evidence.ofNetwork(recent, usual, limit.threshold(), fromMs, nowMs));
  }

  private static Condition share(
      Thresholds.Limit limit,
      long n,
      long affected,
      @Nullable Long ttfbLimitMs,
      long fromMs,
      long nowMs) {
    boolean holds = limit.enabled() && n >= limit.minSessions() && affected > limit.threshold() * n;
    boolean fails = !limit.enabled() || n == 0 || affected < CALM * limit.threshold() * n;
    return new Condition(
        holds, fails, Evidence.ofShare(n, affected, limit.threshold(), ttfbLimitMs, fromMs, nowMs));
  }

  /**
   * What becomes of an episode at {@code nowMs}.
   *
   * @param episode the one that has not ended; null when there is none
   * @param resolveAfter how long the condition must have failed without a break
   */
  public Step after(@Nullable Episode episode, long nowMs, Duration resolveAfter) {
    if (episode == null) {
      return holds
          ? new Step(Optional.of(Episode.openedAt(nowMs)), Change.OPENED)
          : new Step(Optional.empty(), Change.NONE);
    }
    // One that is known from the database may begin only after this moment of a replay.
    boolean failing = fails && nowMs >= episode.openedAtMs();
    Episode now = failing ? episode.calmAt(nowMs) : episode.notCalm();
    boolean ends = failing && nowMs - now.calmSinceMs() >= resolveAfter.toMillis();
    return ends
        ? new Step(Optional.empty(), Change.CLEARED)
        : new Step(Optional.of(now), Change.NONE);
  }
}
