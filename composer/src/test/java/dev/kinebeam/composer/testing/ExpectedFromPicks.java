package dev.kinebeam.composer.testing;

import dev.kinebeam.sample.Clip;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.Slot;
import dev.kinebeam.sample.proof.ExpectedRender;
import dev.kinebeam.sample.proof.ExpectedRender.Part;
import dev.kinebeam.schemas.render.Picks;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.util.ArrayList;
import java.util.List;

/** What a recipe and its picks must look like by docs/rendering.md, without asking the plan. */
public final class ExpectedFromPicks {
  private ExpectedFromPicks() {}

  public static ExpectedRender of(SampleExercise sample, Recipe recipe, Picks picks) {
    List<Part> parts = new ArrayList<>();
    parts.add(framing(sample, Slot.INTRO, picks.introVideo(), picks.introVo()));
    for (int set = 0; set < recipe.sets().size(); set++) {
      if (set > 0) {
        parts.add(framing(sample, Slot.PAUZA, picks.pauzaVideo(), picks.pauzaVo()));
      }
      parts.add(set(sample, recipe.sets().get(set), picks.sets().get(set)));
    }
    parts.add(framing(sample, Slot.OUTRO, picks.outroVideo(), picks.outroVo()));
    return ExpectedRender.of(sample, parts);
  }

  private static Part framing(SampleExercise sample, Slot slot, int video, int voiceOver) {
    return Part.repeating(sample.clip(slot, video), 1, sample.voiceOver(slot, voiceOver));
  }

  private static Part set(SampleExercise sample, SetSpec spec, Picks.SetPick pick) {
    Slot slot = spec.side().equals("left") ? Slot.REP_LEFT : Slot.REP_RIGHT;
    List<Clip> blocks = new ArrayList<>();
    for (int block = 0; block < spec.reps() / SampleExercise.REPS_PER_BLOCK; block++) {
      int variant =
          pick.videoVariants() == null ? pick.videoVariant() : pick.videoVariants().get(block);
      blocks.add(sample.clip(slot, variant));
    }
    return new Part(blocks, sample.voiceOver(slot, pick.voVariant()));
  }
}
