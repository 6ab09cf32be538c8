package dev.kinebeam.catalog.curation;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Words;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of one row of an import.
 *
 * @param row its number, from 1
 * @param slug null where the row names none, or what cannot be one: the errors show that
 * @param errors why it was refused
 */
public record ImportedRow(int row, @Nullable String slug, Result result, List<FieldError> errors) {
  public ImportedRow {
    errors = List.copyOf(errors);
  }

  /** What a row did. */
  public enum Result {
    ADDED,
    CHANGED,
    UNCHANGED,
    REFUSED;

    /** As answers and tables hold it. */
    @JsonValue
    public String word() {
      return Words.write(this);
    }
  }

  ImportedRow refused(List<FieldError> why) {
    return new ImportedRow(row, slug, Result.REFUSED, why);
  }

  /** The same row after a second step, which may have changed more. */
  ImportedRow with(boolean changedMore) {
    return changedMore && result == Result.UNCHANGED
        ? new ImportedRow(row, slug, Result.CHANGED, errors)
        : this;
  }
}
