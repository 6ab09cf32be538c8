package dev.kinebeam.composer.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Manifest;
import java.io.IOException;
import java.util.Iterator;
import java.util.Optional;
import java.util.Set;

/** What the manifest itself says. */
final class ManifestRules {
  private static final Set<String> FIELDS =
      Set.of(
          "exercise",
          "reps_per_video_block",
          "counts_per_audio_master",
          "sides",
          "languages",
          "gains");
  private static final Set<String> GAINS = Set.of("wild_track", "voice_over");

  private ManifestRules() {}

  /**
   * Checks it; empty when it cannot be used.
   *
   * @param name of the folder or prefix that the bundle lies in
   */
  static Optional<Manifest> check(byte[] json, String name, FindingCollector findings) {
    Manifest.Parsed parsed = Manifest.parse(json);
    if (parsed instanceof Manifest.Invalid invalid) {
      for (FieldError error : invalid.errors()) {
        add(findings, Finding.error("manifest_" + error.code(), error.message() + "; correct it"));
      }
      return Optional.empty();
    }
    Manifest manifest = ((Manifest.Valid) parsed).manifest();
    if (!manifest.exercise().equals(name)) {
      add(
          findings,
          Finding.error(
              "manifest_other_exercise",
              "exercise is "
                  + manifest.exercise()
                  + " and the bundle lies in "
                  + name
                  + ": renders look for it by that name; make the two the same"));
    }
    warnOfUnknown(json, findings);
    return Optional.of(manifest);
  }

  private static void warnOfUnknown(byte[] json, FindingCollector findings) {
    JsonNode root;
    try {
      root = Json.MAPPER.readTree(json);
    } catch (IOException e) {
      throw new IllegalStateException("it has been parsed before", e);
    }
    unknown(root, "", FIELDS, findings);
    unknown(root.path("gains"), "gains.", GAINS, findings);
  }

  private static void unknown(
      JsonNode object, String path, Set<String> known, FindingCollector findings) {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        add(
            findings,
            Finding.warning(
                "manifest_unknown_field",
                path + name + " is not a field of a manifest and has no effect; is it misspelt?"));
      }
    }
  }

  private static void add(FindingCollector findings, Finding finding) {
    findings.add(BundleDirectory.MANIFEST, finding);
  }
}
