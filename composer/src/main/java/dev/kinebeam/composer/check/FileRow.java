package dev.kinebeam.composer.check;

import dev.kinebeam.composer.libav.MediaReport;
import java.util.List;
import java.util.Optional;

/**
 * A file of the bundle, or one that should be there.
 *
 * @param file relative to the bundle's root
 * @param slot empty when it fits none
 * @param report empty when it is not there or no usable media
 */
public record FileRow(
    String file, String slot, Optional<MediaReport> report, List<Finding> findings) {
  public FileRow {
    findings = List.copyOf(findings);
  }

  /** That of its worst finding. */
  public Severity level() {
    return findings.stream().map(Finding::level).max(Severity::compareTo).orElse(Severity.OK);
  }
}
