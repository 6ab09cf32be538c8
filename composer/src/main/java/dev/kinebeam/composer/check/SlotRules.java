package dev.kinebeam.composer.check;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.schemas.render.Manifest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Which files there are, and which there should be. */
final class SlotRules {
  private SlotRules() {}

  /** Every slot that the manifest's recipes can ask for, with what it is. */
  static Map<String, String> needed(Manifest manifest) {
    Map<String, String> needed = new TreeMap<>();
    for (String part : Bundle.FRAMING) {
      needed.put(Bundle.framingVideo(part), "the video of " + part);
      for (String language : manifest.languages()) {
        needed.put(
            Bundle.framingVoiceOver(language, part), "the voice-over of " + part + ", " + language);
      }
    }
    for (String side : manifest.sides()) {
      needed.put(Bundle.repVideo(side), "the video of repetitions, side " + side);
      for (String language : manifest.languages()) {
        needed.put(
            Bundle.repVoiceOver(language, side),
            "the voice-over that counts, side " + side + ", " + language);
      }
    }
    return needed;
  }

  static void check(Bundle bundle, Collection<String> files, FindingCollector findings) {
    Map<String, String> needed = needed(bundle.manifest());
    needed.forEach(
        (slot, what) -> {
          List<Integer> variants = bundle.variants(slot);
          if (variants.isEmpty()) {
            findings.add(
                Bundle.file(slot, 1),
                Finding.error(
                    "slot_empty",
                    what + " is missing: no render that needs it can be made; deliver it"));
          } else {
            gaps(slot, variants, findings);
          }
        });
    for (String file : files) {
      Optional<Bundle.Primitive> primitive = Bundle.primitive(file);
      if (file.equals(BundleDirectory.MANIFEST)
          || primitive.filter(found -> needed.containsKey(found.slot())).isPresent()) {
        continue;
      }
      findings.add(file, Finding.warning("fits_no_slot", "fits no slot: " + why(file, bundle)));
    }
  }

  private static void gaps(String slot, List<Integer> variants, FindingCollector findings) {
    for (int variant = 1; variant < variants.get(variants.size() - 1); variant++) {
      if (!variants.contains(variant)) {
        findings.add(
            Bundle.file(slot, variant),
            Finding.warning(
                "variant_missing",
                "is missing between the others; deliver it, or number them without a gap"));
      }
    }
    if (variants.size() == 1) {
      findings.add(
          Bundle.file(slot, variants.get(0)),
          Finding.remark("only_variant", "is the slot's only variant"));
    }
  }

  /** What to do about a file that is named like a primitive, but for its ending. */
  private static Optional<String> otherEnding(String file) {
    int dot = file.lastIndexOf('.');
    if (dot < 0 || Bundle.primitive(file).isPresent()) {
      return Optional.empty();
    }
    String name = file.substring(0, dot);
    for (String wanted : List.of(".mp4", ".mp3")) {
      if (Bundle.primitive(name + wanted).isPresent()) {
        boolean video = wanted.equals(".mp4");
        return Optional.of(
            (video ? "a slot's video ends in .mp4; " : "a slot's voice-over ends in .mp3; ")
                + (file.substring(dot).equalsIgnoreCase(wanted)
                    ? "write its ending in lower case"
                    : video ? "export it as MP4 (H.264)" : "export it as MP3"));
      }
    }
    return Optional.empty();
  }

  private static String why(String file, Bundle bundle) {
    Manifest manifest = bundle.manifest();
    Optional<String> ending = otherEnding(file);
    if (ending.isPresent()) {
      return ending.get();
    }
    if (file.startsWith("audio/")) {
      String[] steps = file.split("/", -1);
      if (steps.length == 3 && !manifest.languages().contains(steps[1])) {
        return "the manifest's languages are "
            + manifest.languages()
            + "; add "
            + steps[1]
            + " there or take the file away";
      }
    }
    if (Bundle.primitive(file).isPresent()) {
      return "the manifest's sides are " + manifest.sides() + "; correct the name or the manifest";
    }
    return "no render plays it; correct its name ("
        + (file.endsWith(".mp3") ? "audio/ro/intro-vo-1.mp3" : "rep-left-video-1.mp4")
        + " is one) or take it away";
  }
}
