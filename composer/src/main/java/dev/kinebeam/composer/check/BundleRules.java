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
   * @param looks one for each media file, and one for a manifest that cannot be had
   */
  static CheckResult judge(
      String place,
      String name,
      Optional<byte[]> manifest,
      Collection<String> files,
      Map<String, Look> looks) {
    Notes notes = new Notes();
    Optional<Manifest> usable = Optional.empty();
    if (manifest.isPresent()) {
      usable = ManifestRules.check(manifest.get(), name, notes);
    } else if (!looks.containsKey(BundleDirectory.MANIFEST)) {
      notes.add(
          BundleDirectory.MANIFEST,
          Finding.error(
              "manifest_missing", "is missing: nothing here is found by renders; write it"));
    }
    Optional<Bundle> bundle = usable.map(m -> Bundle.of(m, files));
    FormatRules.check(looks, notes);
    bundle.ifPresent(
        b -> {
          SlotRules.check(b, files, notes);
          TempoRules.check(b, looks, notes);
          VoiceRules.check(b, looks, notes);
        });
    standIns(looks, notes);
    return new CheckResult(place, bundle, rows(files, looks, notes));
  }

  private static void standIns(Map<String, Look> looks, Notes notes) {
    Map<String, String> first = new HashMap<>();
    for (String file : new TreeSet<>(looks.keySet())) {
      if (looks.get(file) instanceof Look.Seen seen) {
        String same = first.putIfAbsent(seen.sha256(), file);
        if (same != null) {
          notes.add(
              file, Finding.remark("stand_in", "is the same file as " + same + ", a stand-in"));
        }
      }
    }
  }

  private static List<FileRow> rows(
      Collection<String> files, Map<String, Look> looks, Notes notes) {
    TreeSet<String> all = new TreeSet<>(files);
    notes.files().forEach(all::add);
    List<FileRow> rows = new ArrayList<>();
    for (String file : all) {
      rows.add(
          new FileRow(
              file,
              Bundle.primitive(file).map(Bundle.Primitive::slot).orElse(""),
              looks.get(file) instanceof Look.Seen seen
                  ? Optional.of(seen.report())
                  : Optional.empty(),
              notes.of(file)));
    }
    return rows;
  }
}
