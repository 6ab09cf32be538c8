package dev.kinebeam.schemas.render;

import dev.kinebeam.schemas.FieldError;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An exercise's filming primitives as found: the manifest and, for each slot, the numbers of its
 * variants. Pure: it knows names and no bytes.
 *
 * @param slots from a slot's path without number ({@code intro-video}, {@code audio/ro/intro-vo})
 *     to the variants there are
 */
public record Bundle(Manifest manifest, SortedMap<String, SortedSet<Integer>> slots) {
  /** What is played around the sets. */
  public static final List<String> FRAMING = List.of("intro", "pauza", "outro");

  private static final Pattern PRIMITIVE =
      Pattern.compile(
          "((?:audio/[A-Za-z-]+/)?[a-z]+(?:-[a-z]+)*-(?:video|vo))-([1-9][0-9]{0,3})\\.(mp4|mp3)");

  /** Finds the variants among the bundle's file names, which are relative to its root. */
  public static Bundle of(Manifest manifest, Collection<String> files) {
    SortedMap<String, SortedSet<Integer>> slots = new TreeMap<>();
    for (String file : files) {
      primitive(file)
          .ifPresent(
              found ->
                  slots
                      .computeIfAbsent(found.slot(), slot -> new TreeSet<>())
                      .add(found.variant()));
    }
    return new Bundle(manifest, slots);
  }

  /**
   * One file of a bundle.
   *
   * @param slot its path without number and extension
   */
  public record Primitive(String slot, int variant) {
    /** Its path, relative to the bundle's root. */
    public String file() {
      return Bundle.file(slot, variant);
    }
  }

  /** What a file's name, relative to the bundle's root, says; empty when it fits no slot. */
  public static Optional<Primitive> primitive(String file) {
    Matcher m = PRIMITIVE.matcher(file);
    return m.matches() && m.group(3).equals(m.group(1).endsWith("-vo") ? "mp3" : "mp4")
        ? Optional.of(new Primitive(m.group(1), Integer.parseInt(m.group(2))))
        : Optional.empty();
  }

  /** The slot of a framing video; {@code part} is intro, pauza or outro. */
  public static String framingVideo(String part) {
    return part + "-video";
  }

  /** The slot of a framing voice-over. */
  public static String framingVoiceOver(String language, String part) {
    return "audio/" + language + "/" + part + "-vo";
  }

  /** The slot of a side's rep video. */
  public static String repVideo(String side) {
    return "rep-" + side + "-video";
  }

  /** The slot of a side's counted voice-over. */
  public static String repVoiceOver(String language, String side) {
    return "audio/" + language + "/rep-" + side + "-vo";
  }

  /** The file of one variant, relative to the bundle's root. */
  public static String file(String slot, int variant) {
    return slot + "-" + variant + (slot.endsWith("-vo") ? ".mp3" : ".mp4");
  }

  /** The variants of a slot, ascending; empty when it has none. */
  public List<Integer> variants(String slot) {
    SortedSet<Integer> found = slots.get(slot);
    return found == null ? List.of() : List.copyOf(found);
  }

  /** The recipe's language, or the manifest's first where it names none. */
  public String languageOf(Recipe recipe) {
    return recipe.language() == null ? manifest.languages().get(0) : recipe.language();
  }

  /** Everything that keeps this bundle from serving {@code recipe}; empty when it can. */
  public List<FieldError> check(Recipe recipe) {
    List<FieldError> errors = new ArrayList<>();
    if (!manifest.exercise().equals(recipe.exercise())) {
      errors.add(
          new FieldError(
              "exercise",
              "unknown_exercise",
              "the bundle holds " + manifest.exercise() + ", not " + recipe.exercise()));
    }
    String language = languageOf(recipe);
    if (!manifest.languages().contains(language)) {
      errors.add(
          new FieldError(
              "language",
              "not_allowed",
              "no audio is recorded in " + language + "; there is " + list(manifest.languages())));
    }
    for (int i = 0; i < recipe.sets().size(); i++) {
      checkSet("sets[" + i + "]", recipe.sets().get(i), errors);
    }
    if (errors.isEmpty()) {
      for (Map.Entry<String, String> need : needs(recipe, language).entrySet()) {
        if (variants(need.getKey()).isEmpty()) {
          errors.add(
              new FieldError(
                  need.getValue(),
                  "no_variant",
                  "the bundle has no variant of the slot "
                      + need.getKey()
                      + " (it would be "
                      + file(need.getKey(), 1)
                      + ")"));
        }
      }
    }
    return List.copyOf(errors);
  }

  private void checkSet(String path, SetSpec set, List<FieldError> errors) {
    int block = manifest.repsPerVideoBlock();
    int most = manifest.countsPerAudioMaster();
    if (!manifest.sides().contains(set.side())) {
      errors.add(
          new FieldError(
              path + ".side",
              "not_allowed",
              path + ".side is " + set.side() + "; this exercise has " + list(manifest.sides())));
    }
    if (set.reps() < block || set.reps() > most || set.reps() % block != 0) {
      errors.add(
          new FieldError(
              path + ".reps",
              "out_of_range",
              path
                  + ".reps is "
                  + set.reps()
                  + "; it must be a multiple of "
                  + block
                  + " from "
                  + block
                  + " to "
                  + most));
    }
  }

  /** The slots a recipe plays, each with the recipe's field that asks for it. */
  private static SortedMap<String, String> needs(Recipe recipe, String language) {
    SortedMap<String, String> needs = new TreeMap<>();
    List<String> framing = recipe.sets().size() > 1 ? FRAMING : List.of("intro", "outro");
    for (String part : framing) {
      needs.put(framingVideo(part), "exercise");
      needs.put(framingVoiceOver(language, part), "language");
    }
    for (int i = recipe.sets().size() - 1; i >= 0; i--) {
      String side = recipe.sets().get(i).side();
      needs.put(repVideo(side), "sets[" + i + "].side");
      needs.put(repVoiceOver(language, side), "sets[" + i + "].side");
    }
    return needs;
  }

  private static String list(List<String> words) {
    return String.join(", ", words);
  }
}
