package dev.kinebeam.catalog.db;

/** The catalogue has no exercise with this slug. */
public final class UnknownExerciseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /** Names the slug, and how it is entered. */
  public UnknownExerciseException(String slug) {
    super(message(slug));
  }

  /** For people. */
  public static String message(String slug) {
    return "the catalogue has no exercise "
        + slug
        + "; enter it with ./kinebeam bundle prepare … --sync s3://BUCKET --register (samples:"
        + " sample … --publish)";
  }
}
