package dev.kinebeam.schemas.alert;

import dev.kinebeam.schemas.Rfc3339;
import org.jspecify.annotations.Nullable;

/**
 * Why a rule spoke, or fell silent. Null stands for what the rule does not have.
 *
 * @param n sessions that can be judged
 * @param affected of those: with a late first byte, with an error, with a stall
 * @param share {@code affected ÷ n}; null when n is 0
 * @param lowerBound of the share, Wilson's at 95 %: how little it could be, given so few sessions.
 *     It is reported and decides nothing
 * @param threshold that the share had to exceed, or how many times the baseline the rebuffer ratio
 *     had to reach
 * @param rebufferRatio of the window
 * @param baseline the usual rebuffer ratio
 * @param baselineSessions that it is taken from
 * @param windowFrom inclusive, by the sessions' starts
 */
public record Evidence(
    long n,
    long affected,
    @Nullable Double share,
    @Nullable Double lowerBound,
    double threshold,
    @Nullable Long ttfbLimitMs,
    @Nullable Double rebufferRatio,
    @Nullable Double baseline,
    @Nullable Long baselineSessions,
    String windowFrom,
    String windowTo) {

  private static final double Z = 1.959963984540054;

  /** Of a rule about a share of sessions. */
  public static Evidence ofShare(
      long n, long affected, double threshold, @Nullable Long ttfbLimitMs, long fromMs, long toMs) {
    return new Evidence(
        n,
        affected,
        share(affected, n),
        n == 0 ? null : wilsonLowerBound(affected, n),
        threshold,
        ttfbLimitMs,
        null,
        null,
        null,
        Rfc3339.text(fromMs),
        Rfc3339.text(toMs));
  }

  /** Of the rule about the network; the share is that of sessions with a stall. */
  public static Evidence ofNetwork(
      Counts recent, Counts usual, double threshold, long fromMs, long toMs) {
    Evidence stalls = ofShare(recent.played(), recent.stalled(), threshold, null, fromMs, toMs);
    return new Evidence(
        stalls.n,
        stalls.affected,
        stalls.share,
        stalls.lowerBound,
        threshold,
        null,
        recent.played() == 0 ? null : recent.rebufferRatio(),
        usual.played() == 0 ? null : usual.rebufferRatio(),
        usual.played(),
        stalls.windowFrom,
        stalls.windowTo);
  }

  private static @Nullable Double share(long part, long whole) {
    return whole == 0 ? null : (double) part / whole;
  }

  /**
   * The lower end of Wilson's score interval (E. B. Wilson, 1927) for {@code k} of {@code n}, at 95
   * %; n is at least 1.
   */
  public static double wilsonLowerBound(long k, long n) {
    double p = (double) k / n;
    double z2 = Z * Z;
    double middle = p + z2 / (2 * n);
    double spread = Z * Math.sqrt((p * (1 - p) + z2 / (4 * n)) / n);
    return Math.max(0, (middle - spread) / (1 + z2 / n));
  }
}
