package dev.kinebeam.composer.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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
import org.junit.jupiter.api.Test;

class RenderPlanTest {
  private static final Manifest MANIFEST =
      new Manifest(
          "bridge", 5, 20, List.of("left", "right"), List.of("ro"), Manifest.Gains.DEFAULT);
  private static final List<String> VIDEO_SLOTS =
      List.of("intro-video", "pauza-video", "outro-video", "rep-left-video", "rep-right-video");
  private static final List<String> VOICE_SLOTS =
      List.of(
          "audio/ro/intro-vo",
          "audio/ro/pauza-vo",
          "audio/ro/outro-vo",
          "audio/ro/rep-left-vo",
          "audio/ro/rep-right-vo");

  @Property
  void takesFollowOneAnotherWithoutGapAndAddUp(@ForAll("recipes") Recipe recipe) throws Exception {
    RenderPlan plan = plan(recipe);
    long at = 0;
    for (RenderPlan.Take take : plan.takes()) {
      assertThat(take.firstFrame()).isEqualTo(at);
      assertThat(take.firstSample()).isEqualTo(at * 1600);
      at += take.frames();
    }
    assertThat(plan.frames()).isEqualTo(at);
    assertThat(plan.samples()).isEqualTo(at * 1600);
    long voiced = plan.voices().stream().mapToLong(RenderPlan.Voice::samples).sum();
    assertThat(voiced).isEqualTo(plan.samples());
    int blocks = recipe.sets().stream().mapToInt(set -> set.reps() / 5).sum();
    assertThat(plan.takes()).hasSize(blocks + 2 + recipe.sets().size() - 1);
  }

  @Property
  void theSegmentMapCoversTheRenderAndCountsEveryRepetition(@ForAll("recipes") Recipe recipe)
      throws Exception {
    RenderPlan plan = plan(recipe);
    double at = 0;
    List<Integer> reps = new ArrayList<>();
    for (Segment segment : plan.segments()) {
      assertThat(segment.fromSeconds()).isEqualTo(at);
      assertThat(segment.toSeconds()).isGreaterThan(at);
      at = segment.toSeconds();
      if (segment.kind().equals(RenderScript.SET)) {
        reps.add(segment.reps().size() - 1);
        assertThat(segment.reps()).isSorted().doesNotHaveDuplicates();
        assertThat(segment.reps().get(0)).isEqualTo(segment.fromSeconds());
        assertThat(segment.reps().get(segment.reps().size() - 1)).isEqualTo(segment.toSeconds());
      } else {
        assertThat(segment.reps()).isEmpty();
      }
    }
    assertThat(at).isEqualTo(plan.durationSeconds());
    assertThat(reps).isEqualTo(recipe.sets().stream().map(SetSpec::reps).toList());
  }

  @Property
  void theSameRecipeMakesTheSamePlan(@ForAll("recipes") Recipe recipe) throws Exception {
    assertThat(plan(recipe)).isEqualTo(plan(recipe));
  }

  @Property
  void aNewVariantInOneSlotMovesNoOtherSlotsPick(
      @ForAll("recipes") Recipe recipe, @ForAll("voiceSlots") String slot) throws Exception {
    Picks before = RenderScript.of(bundle(3, null), recipe).picks();
    Picks after = RenderScript.of(bundle(3, slot), recipe).picks();
    assertThat(after.introVideo()).isEqualTo(before.introVideo());
    assertThat(after.pauzaVideo()).isEqualTo(before.pauzaVideo());
    assertThat(after.outroVideo()).isEqualTo(before.outroVideo());
    if (!slot.contains("intro")) {
      assertThat(after.introVo()).isEqualTo(before.introVo());
    }
    for (int i = 0; i < recipe.sets().size(); i++) {
      Picks.SetPick was = before.sets().get(i);
      Picks.SetPick is = after.sets().get(i);
      assertThat(is.videoVariant()).isEqualTo(was.videoVariant());
      if (!slot.contains(recipe.sets().get(i).side())) {
        assertThat(is.voVariant()).isEqualTo(was.voVariant());
      }
    }
  }

  @Property
  void setsPickTheSameVariantForEveryBlockUnlessChained(@ForAll("recipes") Recipe recipe)
      throws Exception {
    RenderScript script = RenderScript.of(bundle(3, null), recipe);
    for (RenderScript.Scene scene : script.scenes()) {
      if (scene.spec() != null) {
        assertThat(scene.videos()).hasSize(scene.spec().reps() / 5);
        if (!recipe.variantChaining()) {
          assertThat(scene.videos().stream().distinct()).hasSize(1);
        }
      }
    }
  }

  @Test
  void chainedBlocksPickForThemselves() throws Exception {
    Recipe recipe =
        new Recipe(
            "bridge", "ro", List.of(new SetSpec("left", 20), new SetSpec("left", 20)), 7L, true);
    Picks picks = RenderScript.of(bundle(3, null), recipe).picks();
    assertThat(picks.sets()).allSatisfy(pick -> assertThat(pick.videoVariants()).hasSize(4));
    assertThat(picks.sets().stream().flatMap(pick -> pick.videoVariants().stream()).distinct())
        .hasSizeGreaterThan(1);
  }

  @Test
  void pauzaIsPickedOnceAndPlayedBetweenAllSets() throws Exception {
    Recipe recipe =
        new Recipe(
            "bridge",
            null,
            List.of(new SetSpec("left", 5), new SetSpec("right", 5), new SetSpec("left", 5)),
            null,
            false);
    RenderScript script = RenderScript.of(bundle(3, null), recipe);
    List<RenderScript.Scene> pauzas =
        script.scenes().stream().filter(s -> s.kind().equals(RenderScript.PAUZA)).toList();
    assertThat(pauzas).hasSize(2);
    assertThat(pauzas.get(0)).isEqualTo(pauzas.get(1));
    assertThat(script.recipe().language()).isEqualTo("ro");
  }

  @Test
  void oneSetHasNoPauzaAndNeedsNone() throws Exception {
    Recipe recipe = new Recipe("bridge", "ro", List.of(new SetSpec("left", 5)), null, false);
    RenderScript script = RenderScript.of(bundle(3, null), recipe);
    assertThat(script.scenes())
        .extracting(RenderScript.Scene::kind)
        .containsExactly("intro", "set", "outro");
    assertThat(script.picks().pauzaVideo()).isNull();
  }

  @Test
  void whatTheBundleCannotServeIsRefusedByName() {
    Recipe recipe =
        new Recipe(
            "bridge", "ro", List.of(new SetSpec("left", 7), new SetSpec("up", 5)), null, false);
    assertThatThrownBy(() -> RenderScript.of(bundle(3, null), recipe))
        .isInstanceOf(RenderScript.Refused.class)
        .hasMessageContaining("sets[0].reps is 7")
        .hasMessageContaining("sets[1].side is up");
  }

  @Provide
  Arbitrary<Recipe> recipes() {
    Arbitrary<SetSpec> sets =
        Combinators.combine(Arbitraries.of("left", "right"), Arbitraries.of(5, 10, 15, 20))
            .as(SetSpec::new);
    return Combinators.combine(
            sets.list().ofMinSize(1).ofMaxSize(20),
            Arbitraries.longs().injectNull(0.5),
            Arbitraries.of(true, false))
        .as((list, seed, chained) -> new Recipe("bridge", "ro", list, seed, chained));
  }

  @Provide
  Arbitrary<String> voiceSlots() {
    return Arbitraries.of(VOICE_SLOTS);
  }

  private static RenderPlan plan(Recipe recipe) throws RenderScript.Refused {
    RenderScript script = RenderScript.of(bundle(3, null), recipe);
    Map<String, Integer> frames = new HashMap<>();
    for (String video : script.videos()) {
      frames.put(video, 31 + Math.floorMod(video.hashCode(), 97));
    }
    return RenderPlan.of(script, frames);
  }

  /** Three variants everywhere, and one more in {@code grown}. */
  private static Bundle bundle(int variants, String grown) {
    List<String> files = new ArrayList<>();
    List<String> slots = new ArrayList<>(VIDEO_SLOTS);
    slots.addAll(VOICE_SLOTS);
    for (String slot : slots) {
      for (int variant = 1; variant <= variants + (slot.equals(grown) ? 1 : 0); variant++) {
        files.add(Bundle.file(slot, variant));
      }
    }
    return Bundle.of(MANIFEST, files);
  }
}
