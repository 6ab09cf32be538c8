package dev.kinebeam.schemas;

/**
 * One thing that is wrong with an input.
 *
 * @param field where, as a path from the root of the input ({@code sets[1].reps}); empty for the
 *     input as a whole
 * @param code a stable word for programs ({@code missing}, {@code out_of_range}, …)
 * @param message a sentence for people, with the offending value
 */
public record FieldError(String field, String code, String message) {
  @Override
  public String toString() {
    return field.isEmpty() ? message : field + ": " + message;
  }
}
