package dev.kinebeam.composer.delivery;

import dev.kinebeam.schemas.render.Bundle;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** How many files of each kind a bundle has: the table that a delivery is checked by. */
public final class BundleCounts {
  private BundleCounts() {}

  /** Each kind with its number of files, in the order people ask for them. */
  public static Map<String, Integer> of(Bundle bundle) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    counts.put("manifest.json", 1);
    List<String> sides = bundle.manifest().sides();
    counts.put(
        "framing videos",
        total(bundle, Bundle.FRAMING.stream().map(Bundle::framingVideo).toList()));
    counts.put("rep videos", total(bundle, sides.stream().map(Bundle::repVideo).toList()));
    for (String language : bundle.manifest().languages()) {
      counts.put(
          "framing voice-overs, " + language,
          total(
              bundle,
              Bundle.FRAMING.stream()
                  .map(part -> Bundle.framingVoiceOver(language, part))
                  .toList()));
      counts.put(
          "rep voice-overs, " + language,
          total(bundle, sides.stream().map(side -> Bundle.repVoiceOver(language, side)).toList()));
    }
    return counts;
  }

  /** The same for people, one line for each kind. */
  public static String table(Bundle bundle) {
    return of(bundle).entrySet().stream()
        .map(entry -> "  %4d %s".formatted(entry.getValue(), entry.getKey()))
        .collect(Collectors.joining("\n"));
  }

  private static int total(Bundle bundle, List<String> slots) {
    return slots.stream().mapToInt(slot -> bundle.variants(slot).size()).sum();
  }
}
