package dev.kinebeam.trials.patients;

import java.util.random.RandomGenerator;

/** What patients do in front of a video; the weights make a plausible clinic. */
public enum Behaviour {
  /** Watches to the end. */
  FINISHES(30),
  /** Watches to the end on a connection that stalls now and then. */
  STALLS(16),
  /** Pauses to breathe, or to fetch a mat. */
  PAUSES(12),
  /** Seeks back to see a repetition again. */
  SCRUBS(12),
  /** Has a connection whose quality rises and falls. */
  CHANGES_QUALITY(10),
  /** Has had enough and closes the player properly. */
  QUITS(8),
  /** Closes the lid: no session_end ever comes. */
  VANISHES(6),
  /** Loses the network in the middle of a stall. */
  DIES_STALLING(2),
  /** Meets an error that ends playback. */
  FAILS(2),
  /** Meets an error before the first frame. */
  NEVER_STARTS(1),
  /** Gives up before the first frame. */
  LEAVES_BEFORE_START(1);

  private final int weight;

  Behaviour(int weight) {
    this.weight = weight;
  }

  /** One of them, by weight. */
  public static Behaviour any(RandomGenerator random) {
    int total = 0;
    for (Behaviour behaviour : values()) {
      total += behaviour.weight;
    }
    int at = random.nextInt(total);
    for (Behaviour behaviour : values()) {
      at -= behaviour.weight;
      if (at < 0) {
        return behaviour;
      }
    }
    throw new IllegalStateException("the weights do not add up");
  }
}
