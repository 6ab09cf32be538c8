package dev.kinebeam.render.imports;

/** A row that cannot be imported; the others continue. */
final class RowFault extends Exception {
  private static final long serialVersionUID = 1L;

  private final String field;
  private final String value;

  /**
   * A fault of a row.
   *
   * @param field which of its fields
   * @param value what stands there
   * @param reason what is wrong with it, and what to do
   */
  RowFault(String field, String value, String reason) {
    super(reason);
    this.field = field;
    this.value = value;
  }

  RowFault(VideoSource source, String reason) {
    this(source.field(), source.value(), reason);
  }

  String field() {
    return field;
  }

  String value() {
    return value;
  }
}
