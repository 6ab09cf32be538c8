package dev.kinebeam.composer.check;

import dev.kinebeam.schemas.render.Bundle;
import java.util.List;
import java.util.Optional;

/**
 * All that was found.
 *
 * @param place the bundle's folder or address
 * @param bundle empty when the manifest cannot be used
 */
public record CheckResult(String place, Optional<Bundle> bundle, List<FileRow> rows) {
  public CheckResult {
    rows = List.copyOf(rows);
  }

  /** Files with at least one such finding. */
  public long count(Severity level) {
    return rows.stream().filter(row -> row.level() == level).count();
  }

  /** Whether renders can be made of all of it. */
  public boolean isUsable() {
    return count(Severity.ERROR) == 0;
  }
}
