package dev.kinebeam.composer.mezzanine;

import java.time.Duration;

/** Receives what a mezzanine cost to make, also when an earlier process made it. */
@FunctionalInterface
public interface CostListener {
  CostListener NONE = (cpu, madeNow) -> {};

  /**
   * The mezzanine is there.
   *
   * @param cpu processor time of the child that made it; zero when it is not known
   * @param madeNow by this call, and not found
   */
  void cost(Duration cpu, boolean madeNow);
}
