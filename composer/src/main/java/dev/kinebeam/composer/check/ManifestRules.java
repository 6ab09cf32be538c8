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
  static Optional<Manifest> check(byte[] json, String name, Notes notes) {
    Manifest.Parsed parsed = Manifest.parse(json);
    if (parsed instanceof Manifest.Invalid invalid) {
      for (FieldError error : invalid.errors()) {
        note(notes, Finding.error("manifest_" + error.code(), error.message() + "; correct it"));
      }
      return Optional.empty();
    }
    Manifest manifest = ((Manifest.Valid) parsed).manifest();
    if (!manifest.exercise().equals(name)) {
      note(
          notes,
          Finding.error(
              "manifest_other_exercise",
              "exercise is "
                  + manifest.exercise()
                  + " and the bundle lies in "
                  + name
                  + ": renders look for it by that name; make the two the same"));
    }
    warnOfUnknown(json, notes);
    return Optional.of(manifest);
  }

  private static void warnOfUnknown(byte[] json, Notes notes) {
    JsonNode root;
    try {
      root = Json.MAPPER.readTree(json);
    } catch (IOException e) {
      throw new IllegalStateException("it has been parsed before", e);
    }
    unknown(root, "", FIELDS, notes);
    unknown(root.path("gains"), "gains.", GAINS, notes);
  }

  private static void unknown(JsonNode object, String path, Set<String> known, Notes notes) {
    for (Iterator<String> names = object.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        note(
            notes,
            Finding.warning(
                "manifest_unknown_field",
                path + name + " is not a field of a manifest and has no effect; is it misspelt?"));
      }
    }
  }

  private static void note(Notes notes, Finding finding) {
    notes.add(BundleDirectory.MANIFEST, finding);
  }
}
