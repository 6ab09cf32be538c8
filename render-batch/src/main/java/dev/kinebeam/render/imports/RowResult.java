package dev.kinebeam.render.imports;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * What became of one row: a line of the result file.
 *
 * @param row its number in the file, from 1, without the header
 * @param status imported, replaced, unchanged or failed
 * @param exercise empty where the row has none; so is language
 * @param hostVideoId the host's; null when failed
 * @param durationSeconds null when failed
 * @param field which of the row's is at fault; null unless failed, as are value and reason
 * @param value the field's, as it stands there
 * @param reason what is wrong and what to do
 */
public record RowResult(
    int row,
    Status status,
    String exercise,
    String language,
    String hostVideoId,
    Double durationSeconds,
    String field,
    String value,
    String reason) {

  /** How a row ended. */
  public enum Status {
    IMPORTED,
    REPLACED,
    UNCHANGED,
    FAILED;

    /** As the result file has it. */
    @JsonValue
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  static RowResult failed(int row, String exercise, String language, RowFault fault) {
    return new RowResult(
        row,
        Status.FAILED,
        exercise,
        language,
        null,
        null,
        fault.field(),
        fault.value(),
        fault.getMessage());
  }
}
