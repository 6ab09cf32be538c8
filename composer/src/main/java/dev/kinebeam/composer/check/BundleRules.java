package dev.kinebeam.composer.check;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.schemas.render.Manifest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/** All rules over one bundle. Pure: it knows what was seen and touches no file. */
final class BundleRules {
  private BundleRules() {}

  /**
   * Judges a bundle.
   *
   * @param place for people
   * @param name of the folder or prefix that it lies in
   * @param manifest its bytes; empty when there is none
   * @param inspections one for each media file, and one for a manifest that cannot be had
   */
  static CheckResult judge(
      String place,
      String name,
      Optional<byte[]> manifest,
      Collection<String> files,
      Map<String, Inspection> inspections) {
    FindingCollector findings = new FindingCollector();
    Optional<Manifest> usable = Optional.empty();
    if (manifest.isPresent()) {
      usable = ManifestRules.check(manifest.get(), name, findings);
    } else if (!inspections.containsKey(BundleDirectory.MANIFEST)) {
      findings.add(
          BundleDirectory.MANIFEST,
          Finding.error(
              "manifest_missing", "is missing: nothing here is found by renders; write it"));
    }
    Optional<Bundle> bundle = usable.map(m -> Bundle.of(m, files));
    FormatRules.check(inspections, findings);
    bundle.ifPresent(
        b -> {
          SlotRules.check(b, files, findings);
          TempoRules.check(b, inspections, findings);
          VoiceRules.check(b, inspections, findings);
        });
    standIns(inspections, findings);
    return new CheckResult(place, bundle, rows(files, inspections, findings));
  }

  private static void standIns(Map<String, Inspection> inspections, FindingCollector findings) {
    Map<String, String> first = new HashMap<>();
    for (String file : new TreeSet<>(inspections.keySet())) {
      if (inspections.get(file) instanceof Inspection.Decoded decoded) {
        String same = first.putIfAbsent(decoded.sha256(), file);
        if (same != null) {
          findings.add(
              file, Finding.remark("stand_in", "is the same file as " + same + ", a stand-in"));
        }
      }
    }
  }

  private static List<FileRow> rows(
      Collection<String> files, Map<String, Inspection> inspections, FindingCollector findings) {
    TreeSet<String> all = new TreeSet<>(files);
    findings.files().forEach(all::add);
    List<FileRow> rows = new ArrayList<>();
    for (String file : all) {
      rows.add(
          new FileRow(
              file,
              Bundle.primitive(file).map(Bundle.Primitive::slot).orElse(""),
              inspections.get(file) instanceof Inspection.Decoded decoded
                  ? Optional.of(decoded.report())
                  : Optional.empty(),
              findings.of(file)));
    }
    return rows;
  }
}
