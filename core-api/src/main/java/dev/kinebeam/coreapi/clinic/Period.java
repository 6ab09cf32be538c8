package dev.kinebeam.coreapi.clinic;

/** Which of the two compared windows a session began in. */
enum Period {
  /** The window that was asked for. */
  PRESENT,
  /** The window of equal length before it. */
  BEFORE;

  static Period of(boolean present) {
    return present ? PRESENT : BEFORE;
  }
}
