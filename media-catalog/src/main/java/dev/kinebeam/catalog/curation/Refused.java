package dev.kinebeam.catalog.curation;

import dev.kinebeam.schemas.FieldError;
import java.util.List;

/** A change of the catalogue that is not made, and why. */
public final class Refused extends Exception {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final transient List<FieldError> errors;

  /** What kind of reason it is. */
  public enum Kind {
    /** What was entered is wrong. */
    INVALID,
    /** It is the platform's, or another's. */
    FORBIDDEN,
    /** What there is does not allow it. */
    CONFLICT,
    /** It was changed since the caller read it. */
    STALE,
    /** It was changed while the change was being prepared. */
    OVERTAKEN
  }

  Refused(Kind kind, List<FieldError> errors) {
    super(errors.isEmpty() ? kind.name() : errors.get(0).message());
    this.kind = kind;
    this.errors = List.copyOf(errors);
  }

  static Refused invalid(List<FieldError> errors) {
    return new Refused(Kind.INVALID, errors);
  }

  static Refused conflict(String field, String code, String message) {
    return new Refused(Kind.CONFLICT, List.of(new FieldError(field, code, message)));
  }

  static Refused forbidden(String message) {
    return new Refused(Kind.FORBIDDEN, List.of(new FieldError("", "not_allowed", message)));
  }

  static Refused overtaken() {
    return new Refused(
        Kind.OVERTAKEN,
        List.of(
            new FieldError(
                "", "changed", "the exercise was changed at the same moment; try it again")));
  }

  static Refused stale(int revision) {
    return new Refused(
        Kind.STALE,
        List.of(
            new FieldError(
                "If-Match",
                "stale",
                "it is at revision \""
                    + revision
                    + "\" now; read it again and repeat the change")));
  }

  public Kind kind() {
    return kind;
  }

  public List<FieldError> errors() {
    return errors;
  }
}
