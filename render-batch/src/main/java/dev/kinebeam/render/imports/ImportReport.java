package dev.kinebeam.render.imports;

import dev.kinebeam.schemas.Counted;
import java.util.Locale;

/**
 * What became of a table.
 *
 * @param rows in it
 * @param imported are new
 * @param replaced stand on another video than before
 * @param unchanged were as they are
 * @param failed could not be imported; the results say why
 */
public record ImportReport(
    int rows, int imported, int replaced, int unchanged, int failed, double seconds) {
  /** Rows of the catalogue that are other than before. */
  public int changes() {
    return imported + replaced;
  }

  /** For people. */
  public String text() {
    return String.format(
        Locale.ROOT,
        "%s: %d imported, %d replaced, %d unchanged, %d failed; %s in %.1f s",
        Counted.of(rows, "row"),
        imported,
        replaced,
        unchanged,
        failed,
        Counted.of(changes(), "change"),
        seconds);
  }
}
