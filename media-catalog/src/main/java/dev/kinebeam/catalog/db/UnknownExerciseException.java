package dev.kinebeam.catalog.db;

/** The catalogue has no exercise with this slug. */
public final class UnknownExerciseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Names the slug. */
  public UnknownExerciseException(String slug) {
    super("the catalogue has no exercise " + slug);
  }
}
