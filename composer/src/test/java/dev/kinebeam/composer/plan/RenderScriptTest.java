package dev.kinebeam.composer.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.schemas.render.Manifest;
import dev.kinebeam.schemas.render.Picks;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.Segment;
import dev.kinebeam.schemas.render.SetSpec;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every manifest: any sides, languages, block and master lengths, gains. */
class RenderScriptTest {
  private record Case(Bundle bundle, Recipe recipe) {
    Manifest manifest() {
      return bundle.manifest();
    }

    RenderScript script() throws RenderScript.Refused {
      return RenderScript.of(bundle, recipe);
    }

    RenderPlan plan() throws RenderScript.Refused {
      Map<String, Integer> frames = new HashMap<>();
      for (String video : script().videos()) {
        frames.put(video, 1 + Math.floorMod(video.hashCode(), 997));
      }
      return RenderPlan.of(script(), frames);
    }
  }

  @Property(tries = 200)
  void everySetPlaysItsOwnSideAndTheRecipesLanguage(@ForAll("cases") Case any) throws Exception {
    RenderScript script = any.script();
    String language =
        any.recipe().language() == null
            ? any.manifest().languages().get(0)
            : any.recipe().language();
    assertThat(script.recipe().language()).isEqualTo(language);
    for (RenderScript.Scene scene : script.scenes()) {
      assertThat(scene.voiceOver()).startsWith("audio/" + language + "/");
      if (scene.spec() != null) {
        String side = scene.spec().side();
        assertThat(scene.videos())
            .hasSize(scene.spec().reps() / any.manifest().repsPerVideoBlock())
            .allSatisfy(video -> assertThat(video).startsWith("rep-" + side + "-video-"));
        assertThat(scene.voiceOver()).contains("/rep-" + side + "-vo-");
      }
    }
  }

  @Property(tries = 200)
  void everyRepetitionIsOnTheMapAndThePartsAreGapless(@ForAll("cases") Case any) throws Exception {
    RenderPlan plan = any.plan();
    double at = 0;
    List<Integer> reps = new ArrayList<>();
    for (Segment segment : plan.segments()) {
      assertThat(segment.fromSeconds()).isEqualTo(at);
      at = segment.toSeconds();
      if (segment.kind().equals(RenderScript.SET)) {
        reps.add(segment.reps().size() - 1);
        assertThat(segment.side()).isEqualTo(any.recipe().sets().get(reps.size() - 1).side());
      }
    }
    assertThat(at).isEqualTo(plan.durationSeconds());
    assertThat(reps).isEqualTo(any.recipe().sets().stream().map(SetSpec::reps).toList());
  }

  /** So that the count that is heard is the repetition that is seen, in every block. */
  @Property(tries = 200)
  void aVoiceBeginsWithItsSceneAndIsNeverHeardBeyondIt(@ForAll("cases") Case any) throws Exception {
    RenderPlan plan = any.plan();
    assertThat(plan.voices()).hasSameSizeAs(plan.script().scenes());
    long at = 0;
    int take = 0;
    for (int scene = 0; scene < plan.voices().size(); scene++) {
      RenderPlan.Voice voice = plan.voices().get(scene);
      assertThat(voice.firstSample()).isEqualTo(at);
      long samples = 0;
      for (String video : plan.script().scenes().get(scene).videos()) {
        assertThat(plan.takes().get(take).video()).isEqualTo(video);
        samples += plan.takes().get(take++).samples();
      }
      assertThat(voice.samples()).isEqualTo(samples);
      at += samples;
    }
    assertThat(take).isEqualTo(plan.takes().size());
  }

  @Property(tries = 200)
  void chainingChangesOnlyWhichVideosFollowTheFirst(@ForAll("cases") Case any) throws Exception {
    Recipe recipe = any.recipe().in(any.manifest().languages().get(0));
    Picks plain = RenderScript.of(any.bundle(), with(recipe, false)).picks();
    Picks chained = RenderScript.of(any.bundle(), with(recipe, true)).picks();

    assertThat(chained.introVideo()).isEqualTo(plain.introVideo());
    assertThat(chained.outroVo()).isEqualTo(plain.outroVo());
    for (int set = 0; set < recipe.sets().size(); set++) {
      assertThat(chained.sets().get(set).videoVariant())
          .isEqualTo(plain.sets().get(set).videoVariant());
      assertThat(chained.sets().get(set).voVariant()).isEqualTo(plain.sets().get(set).voVariant());
    }
  }

  @Property(tries = 200)
  void thePreviewPlaysEverySideOnceInTheManifestsOrder(@ForAll("cases") Case any) throws Exception {
    Recipe preview = Recipe.previewOf(any.manifest(), any.manifest().languages().get(0));
    RenderScript script = RenderScript.of(any.bundle(), preview);
    assertThat(script.scenes())
        .filteredOn(scene -> scene.spec() != null)
        .extracting(scene -> scene.spec().side())
        .containsExactlyElementsOf(any.manifest().sides());
  }

  /** A seed fixes the picks, so that only the chaining differs. */
  private static Recipe with(Recipe recipe, boolean chaining) {
    return new Recipe(
        recipe.exercise(), recipe.language(), recipe.sets(), recipe.pickSeed(), chaining);
  }

  @Provide
  Arbitrary<Case> cases() {
    Arbitrary<List<String>> sides =
        Arbitraries.of("left", "right", "bilateral", "front")
            .list()
            .uniqueElements()
            .ofMinSize(1)
            .ofMaxSize(4);
    Arbitrary<List<String>> languages =
        Arbitraries.of("ro", "en", "pt-BR").list().uniqueElements().ofMinSize(1).ofMaxSize(3);
    Arbitrary<Manifest> manifests =
        Combinators.combine(
                sides,
                languages,
                Arbitraries.integers().between(1, 6),
                Arbitraries.integers().between(1, 5))
            .as(
                (side, language, block, blocks) ->
                    new Manifest(
                        "bridge", block, block * blocks, side, language, Manifest.Gains.DEFAULT));
    return Combinators.combine(manifests, Arbitraries.integers().between(1, 4))
        .as(RenderScriptTest::bundle)
        .flatMap(bundle -> recipes(bundle.manifest()).map(recipe -> new Case(bundle, recipe)));
  }

  private static Arbitrary<Recipe> recipes(Manifest manifest) {
    int blocks = manifest.countsPerAudioMaster() / manifest.repsPerVideoBlock();
    Arbitrary<SetSpec> sets =
        Combinators.combine(
                Arbitraries.of(manifest.sides()), Arbitraries.integers().between(1, blocks))
            .as((side, count) -> new SetSpec(side, count * manifest.repsPerVideoBlock()));
    return Combinators.combine(
            sets.list().ofMinSize(1).ofMaxSize(Recipe.MAX_SETS),
            Arbitraries.of(manifest.languages()).injectNull(0.3),
            Arbitraries.longs().injectNull(0.5),
            Arbitraries.of(true, false))
        .as((list, language, seed, chained) -> new Recipe("bridge", language, list, seed, chained));
  }

  private static Bundle bundle(Manifest manifest, int variants) {
    List<String> slots = new ArrayList<>();
    for (String part : List.of("intro", "pauza", "outro")) {
      slots.add(Bundle.framingVideo(part));
      manifest.languages().forEach(l -> slots.add(Bundle.framingVoiceOver(l, part)));
    }
    for (String side : manifest.sides()) {
      slots.add(Bundle.repVideo(side));
      manifest.languages().forEach(l -> slots.add(Bundle.repVoiceOver(l, side)));
    }
    List<String> files = new ArrayList<>();
    for (String slot : slots) {
      for (int variant = 1; variant <= variants; variant++) {
        files.add(Bundle.file(slot, variant));
      }
    }
    return Bundle.of(manifest, files);
  }
}
