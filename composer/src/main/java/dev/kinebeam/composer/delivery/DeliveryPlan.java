package dev.kinebeam.composer.delivery;

import dev.kinebeam.composer.bundle.BundleFiles;
import dev.kinebeam.composer.delivery.NameReading.Primitive;
import dev.kinebeam.schemas.render.Bundle;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Which delivered file becomes which file of a bundle. Pure: it knows names and no bytes.
 *
 * @param sides in the manifest's order
 * @param steps one for each primitive, by the bundle's file names
 */
record DeliveryPlan(
    String exercise,
    String language,
    int repsPerBlock,
    int counts,
    List<String> sides,
    SortedMap<String, Step> steps) {
  private static final List<String> USUAL_SIDES = List.of("left", "right", "bilateral");
  private static final int USUAL_REPS = 5;
  private static final int USUAL_COUNTS = 20;

  /** How a primitive comes to be. */
  sealed interface Step {
    /** The delivered file is the primitive. */
    record Copy(String delivered) implements Step {}

    /** The delivered file's sound becomes the primitive, an MP3. */
    record TakeSound(String delivered) implements Step {}

    /** Another primitive of the same slot replaces it until it is filmed. */
    record StandIn(String primitive) implements Step {}
  }

  /**
   * Something that keeps a delivery from becoming a bundle.
   *
   * @param file empty when it is a file that is missing
   */
  record Problem(String file, String reason) {}

  /** The verdict over a delivery. */
  sealed interface Verdict {}

  /** A bundle can be made. */
  record Usable(DeliveryPlan plan) implements Verdict {}

  /** Everything that is wrong, never empty. */
  record Unusable(List<Problem> problems) implements Verdict {}

  /**
   * Plans a bundle.
   *
   * @param files relative to the delivery's folder
   * @param variants the least number of variants of each slot, reached by stand-ins; 0 for none
   */
  static Verdict of(
      String exercise, String language, List<String> files, NameMap map, int variants) {
    return new Planning(exercise, language, map).plan(files, variants);
  }

  private static final class Planning {
    private final String exercise;
    private final String language;
    private final NameMap map;
    private final List<Problem> problems = new ArrayList<>();
    private final SortedMap<String, String> placed = new TreeMap<>();
    private final Map<String, Primitive> read = new TreeMap<>();

    Planning(String exercise, String language, NameMap map) {
      this.exercise = exercise;
      this.language = language;
      this.map = map;
    }

    Verdict plan(List<String> files, int variants) {
      files.stream().sorted().forEach(this::place);
      Set<String> there = files.stream().map(NameMap::key).collect(Collectors.toSet());
      for (String name : new TreeSet<>(map.places().keySet())) {
        if (!there.contains(name)) {
          problems.add(new Problem(name, "is in the map and not in the delivery"));
        }
      }
      agree("number of the exercise", p -> p.exercise().orElse(null));
      String reps = agree("number of repetitions", p -> p.video() ? text(p.count()) : null);
      String counts = agree("number of counts", p -> p.video() ? null : text(p.count()));
      int repsPerBlock = reps == null ? USUAL_REPS : Integer.parseInt(reps);
      int allCounts = counts == null ? USUAL_COUNTS : Integer.parseInt(counts);
      if (repsPerBlock < 1 || allCounts < repsPerBlock || allCounts % repsPerBlock != 0) {
        problems.add(
            new Problem(
                "",
                "voice-overs count to %d and videos hold %d repetitions: the one must be a multiple of"
                        .formatted(allCounts, repsPerBlock)
                    + " the other"));
      }
      List<String> sides = sides();
      needAll(sides);
      if (!problems.isEmpty()) {
        return new Unusable(List.copyOf(problems));
      }
      SortedMap<String, Step> steps = steps();
      standIns(steps, variants);
      return new Usable(
          new DeliveryPlan(exercise, language, repsPerBlock, allCounts, sides, steps));
    }

    private void place(String file) {
      String place = map.of(file).orElse(null);
      if (place != null) {
        if (!place.equals(NameMap.LEFT_OUT)) {
          put(NameMap.target(language, place).orElseThrow().file(), file);
        }
        return;
      }
      if (!BundleFiles.counts(file)) {
        return;
      }
      NameReading reading = NameReader.read(file.substring(file.lastIndexOf('/') + 1));
      if (reading instanceof NameReading.Unread unread) {
        problems.add(new Problem(file, unread.reason()));
      } else if (reading instanceof Primitive primitive) {
        read.put(file, primitive);
        String slot =
            primitive.video()
                ? primitive.part() + "-video"
                : "audio/" + language + "/" + primitive.part() + "-vo";
        put(Bundle.file(slot, primitive.variant()), file);
      }
    }

    private void put(String target, String file) {
      String other = placed.putIfAbsent(target, file);
      if (other != null) {
        problems.add(new Problem(file, "is " + target + " as \"" + other + "\" is too"));
      }
    }

    /** The value that all names state, or null when none does. */
    private String agree(String what, Function<Primitive, String> value) {
      Map<String, List<String>> files = new TreeMap<>();
      read.forEach(
          (file, primitive) -> {
            String stated = value.apply(primitive);
            if (stated != null) {
              files.computeIfAbsent(stated, v -> new ArrayList<>()).add(file);
            }
          });
      if (files.isEmpty()) {
        return null;
      }
      String most =
          files.entrySet().stream()
              .max(Comparator.comparingInt(entry -> entry.getValue().size()))
              .orElseThrow()
              .getKey();
      files.forEach(
          (stated, tellers) -> {
            if (!stated.equals(most)) {
              tellers.forEach(
                  file ->
                      problems.add(
                          new Problem(
                              file,
                              "tells "
                                  + stated
                                  + " as the "
                                  + what
                                  + ", and most others "
                                  + most)));
            }
          });
      return most;
    }

    private static String text(OptionalInt count) {
      return count.isPresent() ? Integer.toString(count.getAsInt()) : null;
    }

    private List<String> sides() {
      Set<String> found =
          new TreeSet<>(Comparator.comparingInt(Planning::usual).thenComparing(s -> s));
      for (Map.Entry<String, String> entry : placed.entrySet()) {
        String slot = Bundle.primitive(entry.getKey()).orElseThrow().slot();
        String part = slot.substring(slot.lastIndexOf('/') + 1).replaceFirst("-(video|vo)$", "");
        if (part.startsWith("rep-")) {
          String side = part.substring("rep-".length());
          if (side.matches("[a-z]{1,20}")) {
            found.add(side);
          } else {
            problems.add(
                new Problem(entry.getValue(), "has a side that is not a single word: " + side));
          }
        } else if (!Bundle.FRAMING.contains(part)) {
          problems.add(
              new Problem(entry.getValue(), "is mapped to " + part + ", which no recipe plays"));
        }
      }
      return List.copyOf(found);
    }

    private static int usual(String side) {
      int index = USUAL_SIDES.indexOf(side);
      return index < 0 ? USUAL_SIDES.size() : index;
    }

    private void needAll(List<String> sides) {
      for (String part : Bundle.FRAMING) {
        need(Bundle.framingVideo(part), "the video of " + part);
      }
      if (sides.isEmpty()) {
        problems.add(new Problem("", "there is no side: no video of repetitions"));
      }
      for (String side : sides) {
        need(Bundle.repVideo(side), "the video of repetitions, side " + side);
        need(Bundle.repVoiceOver(language, side), "the voice-over that counts, side " + side);
      }
    }

    private void need(String slot, String what) {
      if (!hasAny(slot)) {
        problems.add(new Problem("", what + " is missing (" + Bundle.file(slot, 1) + ")"));
      }
    }

    private boolean hasAny(String slot) {
      return placed.keySet().stream()
          .anyMatch(file -> Bundle.primitive(file).orElseThrow().slot().equals(slot));
    }

    private SortedMap<String, Step> steps() {
      SortedMap<String, Step> steps = new TreeMap<>();
      placed.forEach(
          (target, file) -> {
            boolean sound = target.endsWith(".mp3");
            boolean ready = !sound || NameReader.plain(file).endsWith(".mp3");
            steps.put(target, ready ? new Step.Copy(file) : new Step.TakeSound(file));
          });
      for (String part : Bundle.FRAMING) {
        String voice = Bundle.framingVoiceOver(language, part);
        if (!hasAny(voice)) {
          placed.forEach(
              (target, file) -> {
                Bundle.Primitive primitive = Bundle.primitive(target).orElseThrow();
                if (primitive.slot().equals(Bundle.framingVideo(part))) {
                  steps.put(Bundle.file(voice, primitive.variant()), new Step.TakeSound(file));
                }
              });
        }
      }
      return steps;
    }

    private static void standIns(SortedMap<String, Step> steps, int variants) {
      Map<String, TreeSet<Integer>> slots = new TreeMap<>();
      for (String file : steps.keySet()) {
        Bundle.Primitive primitive = Bundle.primitive(file).orElseThrow();
        slots.computeIfAbsent(primitive.slot(), slot -> new TreeSet<>()).add(primitive.variant());
      }
      slots.forEach(
          (slot, there) -> {
            List<Integer> originals = List.copyOf(there);
            int next = 0;
            for (int variant = 1; variant <= variants; variant++) {
              if (!there.contains(variant)) {
                int original = originals.get(next++ % originals.size());
                steps.put(
                    Bundle.file(slot, variant), new Step.StandIn(Bundle.file(slot, original)));
              }
            }
          });
    }
  }
}
