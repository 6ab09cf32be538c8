package dev.kinebeam.schemas.alert;

/**
 * Sums over sessions; parts of ratios, never ratios.
 *
 * @param faulty with at least one error
 * @param timed whose time to the first byte is known
 * @param slow of those, over the limit
 * @param played that spent any time playing or stalled
 * @param stalled of those, with a stall
 */
public record Counts(
    long sessions,
    long faulty,
    long timed,
    long slow,
    long played,
    long stalled,
    long stallMs,
    long watchedMs) {
  /** Of no session. */
  public static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0);

  /** Both together. */
  public Counts plus(Counts other) {
    return sum(other, 1);
  }

  /** These without the others, which are among them. */
  public Counts minus(Counts other) {
    return sum(other, -1);
  }

  /** For windows that must not depend on the limit by which sessions are slow. */
  public Counts withoutSlow() {
    return slow == 0
        ? this
        : new Counts(sessions, faulty, timed, 0, played, stalled, stallMs, watchedMs);
  }

  /** Σ stall ÷ Σ (watched + stall); not a number while nothing was played. */
  public double rebufferRatio() {
    return (double) stallMs / (stallMs + watchedMs);
  }

  private Counts sum(Counts other, int indicators) {
    return new Counts(
        sessions + indicators * other.sessions,
        faulty + indicators * other.faulty,
        timed + indicators * other.timed,
        slow + indicators * other.slow,
        played + indicators * other.played,
        stalled + indicators * other.stalled,
        stallMs + indicators * other.stallMs,
        watchedMs + indicators * other.watchedMs);
  }
}
