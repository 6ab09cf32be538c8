package dev.kinebeam.composer.plan;

import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.schemas.render.Manifest;
import dev.kinebeam.schemas.render.Picks;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The scenes of a render in playing order, by the names of the primitives they play; how long they
 * are is not known yet ({@link RenderPlan}).
 *
 * @param recipe with its language named
 */
public record RenderScript(Recipe recipe, Manifest manifest, Picks picks, List<Scene> scenes) {
  public static final String INTRO = "intro";
  public static final String SET = "set";
  public static final String PAUZA = "pauza";
  public static final String OUTRO = "outro";

  /**
   * Videos played one after the other under one voice-over that begins with the first and is cut
   * where the last ends.
   *
   * @param kind intro, set, pauza or outro
   * @param set number of the set, null for framing
   * @param spec the set's side and repetitions, null for framing
   * @param videos files in the bundle, one per block
   * @param voiceOver file in the bundle
   */
  public record Scene(
      String kind, Integer set, SetSpec spec, List<String> videos, String voiceOver) {
    public Scene {
      videos = List.copyOf(videos);
    }
  }

  /** A recipe that the bundle cannot serve. */
  public static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient List<FieldError> errors;

    /** {@code errors} is not empty. */
    public Refused(List<FieldError> errors) {
      super(String.join("; ", errors.stream().map(FieldError::message).toList()));
      this.errors = errors;
    }

    /** One for each thing that is wrong, never empty. */
    public List<FieldError> errors() {
      return errors;
    }
  }

  /**
   * Picks the variants and writes the scenes down.
   *
   * @throws Refused when {@link Bundle#check} finds anything
   */
  public static RenderScript of(Bundle bundle, Recipe asked) throws Refused {
    List<FieldError> errors = bundle.check(asked);
    if (!errors.isEmpty()) {
      throw new Refused(errors);
    }
    return new Writer(bundle, asked.in(bundle.languageOf(asked))).write();
  }

  /** The files of all videos that the render plays, each once, in playing order. */
  public Set<String> videos() {
    Set<String> files = new LinkedHashSet<>();
    scenes.forEach(scene -> files.addAll(scene.videos()));
    return Collections.unmodifiableSet(files);
  }

  /** The files of all voice-overs that the render plays, each once, in playing order. */
  public Set<String> voiceOvers() {
    Set<String> files = new LinkedHashSet<>();
    scenes.forEach(scene -> files.add(scene.voiceOver()));
    return Collections.unmodifiableSet(files);
  }

  private static final class Writer {
    private final Bundle bundle;
    private final Recipe recipe;
    private final VariantPicker picker;
    private final List<Scene> scenes = new ArrayList<>();
    private final List<Picks.SetPick> setPicks = new ArrayList<>();

    Writer(Bundle bundle, Recipe recipe) {
      this.bundle = bundle;
      this.recipe = recipe;
      this.picker = new VariantPicker(recipe.pickSeed());
    }

    RenderScript write() {
      Pair intro = framing(INTRO);
      Pair pauza = recipe.sets().size() > 1 ? framing(PAUZA) : null;
      Pair outro = framing(OUTRO);
      scenes.add(intro.scene(INTRO));
      for (int set = 0; set < recipe.sets().size(); set++) {
        if (set > 0) {
          scenes.add(pauza.scene(PAUZA));
        }
        addSet(set, recipe.sets().get(set));
      }
      scenes.add(outro.scene(OUTRO));
      Picks picks =
          new Picks(
              intro.video(),
              pauza == null ? null : pauza.video(),
              outro.video(),
              intro.voiceOver(),
              pauza == null ? null : pauza.voiceOver(),
              outro.voiceOver(),
              List.copyOf(setPicks));
      return new RenderScript(recipe, bundle.manifest(), picks, List.copyOf(scenes));
    }

    private Pair framing(String part) {
      String video = Bundle.framingVideo(part);
      String voiceOver = Bundle.framingVoiceOver(recipe.language(), part);
      return new Pair(
          video,
          picker.pick(video, bundle.variants(video)),
          voiceOver,
          picker.pick(voiceOver, bundle.variants(voiceOver)));
    }

    private void addSet(int set, SetSpec spec) {
      String video = Bundle.repVideo(spec.side());
      String voiceOver = Bundle.repVoiceOver(recipe.language(), spec.side());
      List<Integer> variants = new ArrayList<>();
      int blocks = spec.reps() / bundle.manifest().repsPerVideoBlock();
      for (int block = 0; block < blocks; block++) {
        int chained = recipe.variantChaining() ? block : 0;
        variants.add(picker.pick(video, set, chained, bundle.variants(video)));
      }
      int voice = picker.pick(voiceOver, set, 0, bundle.variants(voiceOver));
      scenes.add(
          new Scene(
              SET,
              set,
              spec,
              variants.stream().map(variant -> Bundle.file(video, variant)).toList(),
              Bundle.file(voiceOver, voice)));
      setPicks.add(
          new Picks.SetPick(
              variants.get(0), voice, recipe.variantChaining() ? List.copyOf(variants) : null));
    }

    private record Pair(String videoSlot, int video, String voiceOverSlot, int voiceOver) {
      Scene scene(String kind) {
        return new Scene(
            kind,
            null,
            null,
            List.of(Bundle.file(videoSlot, video)),
            Bundle.file(voiceOverSlot, voiceOver));
      }
    }
  }
}
