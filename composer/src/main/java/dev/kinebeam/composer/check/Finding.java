package dev.kinebeam.composer.check;

/**
 * One thing about a file.
 *
 * @param code stable, for programs
 * @param message what is the matter and what to do about it
 */
public record Finding(Severity level, String code, String message) {
  static Finding error(String code, String message) {
    return new Finding(Severity.ERROR, code, message);
  }

  static Finding warning(String code, String message) {
    return new Finding(Severity.WARN, code, message);
  }

  /** Good to know, and nothing to do. */
  static Finding remark(String code, String message) {
    return new Finding(Severity.OK, code, message);
  }
}
