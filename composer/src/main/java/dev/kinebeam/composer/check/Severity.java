package dev.kinebeam.composer.check;

/** How bad it is; later ones are worse. */
public enum Severity {
  /** Nothing has to be done. */
  OK,
  /** Renders are made, and would be better without it. */
  WARN,
  /** Some render cannot be made, or would be wrong. */
  ERROR
}
