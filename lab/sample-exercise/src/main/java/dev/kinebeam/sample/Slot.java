package dev.kinebeam.sample;

/** The five slots of a bundle with two sides, each delivered in three variants. */
public enum Slot {
  INTRO("intro"),
  PAUZA("pauza"),
  OUTRO("outro"),
  REP_LEFT("rep-left"),
  REP_RIGHT("rep-right");

  private final String prefix;

  Slot(String prefix) {
    this.prefix = prefix;
  }

  /** The name that file names of this slot begin with, for example {@code rep-left}. */
  public String prefix() {
    return prefix;
  }

  /** Whether this slot holds repetitions rather than framing. */
  public boolean isReps() {
    return this == REP_LEFT || this == REP_RIGHT;
  }
}
