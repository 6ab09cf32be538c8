package dev.kinebeam.composer.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.sample.Clip;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.Slot;
import dev.kinebeam.sample.VoiceOver;
import dev.kinebeam.sample.libav.MediaReader;
import dev.kinebeam.sample.libav.MediaReader.DecodedPicture;
import dev.kinebeam.sample.libav.Sound;
import dev.kinebeam.sample.picture.Barcode;
import dev.kinebeam.sample.proof.ExpectedRender;
import dev.kinebeam.sample.proof.ExpectedRender.Part;
import dev.kinebeam.sample.proof.ExpectedRender.PlacedTone;
import dev.kinebeam.sample.proof.ToneFinder;
import dev.kinebeam.schemas.render.Picks;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.Segment;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An exercise that differs from the sample in all that a manifest may say: both legs at once, two
 * languages, gains of its own; and recipes of up to twenty sets with chained variants. Its
 * primitives are the sample's under other names; in English the right side's counts are heard.
 */
class OtherExercisesScenarioTest {
  private static final SampleExercise SAMPLE = SampleExercise.small();
  private static final double VOICE_GAIN = 0.4;
  private static final double SAMPLES_TONE = 0.5;

  @TempDir private static Path bundle;
  @TempDir private Path directory;

  @BeforeAll
  static void film() throws IOException {
    Path sample = SampleBundle.directory();
    for (Slot slot : new Slot[] {Slot.INTRO, Slot.PAUZA, Slot.OUTRO, Slot.REP_LEFT}) {
      for (int variant = 1; variant <= SampleExercise.VARIANTS; variant++) {
        copy(sample, SAMPLE.clip(slot, variant).fileName(), "ro", "ro");
        copy(sample, SAMPLE.voiceOver(slot, variant).fileName(), "/ro/", "/ro/");
        Slot english = slot == Slot.REP_LEFT ? Slot.REP_RIGHT : slot;
        copy(sample, SAMPLE.voiceOver(english, variant).fileName(), "/ro/", "/en/");
      }
    }
    Files.writeString(
        bundle.resolve("manifest.json"),
        """
        {"exercise": "glute-bridge", "reps_per_video_block": 5, "counts_per_audio_master": 20,
         "sides": ["bilateral"], "languages": ["ro", "en"],
         "gains": {"wild_track": 0.1, "voice_over": %s}}
        """
            .formatted(VOICE_GAIN));
  }

  private static void copy(Path sample, String name, String from, String to) throws IOException {
    String renamed = name.replace(from, to).replaceAll("rep-(left|right)", "rep-bilateral");
    Path target = bundle.resolve(renamed);
    Files.createDirectories(target.getParent());
    Files.copy(sample.resolve(name), target);
  }

  @Test
  void bothLegsAtOnceInEnglishWithItsOwnGains() throws Exception {
    proves(recipe("en", false, 10, 20), Slot.REP_RIGHT);
  }

  @Test
  void theFirstLanguageWhereNoneIsNamed() throws Exception {
    proves(recipe(null, false, 5), Slot.REP_LEFT);
  }

  @Test
  void twentySetsWithChainedVariants() throws Exception {
    int[] reps = new int[Recipe.MAX_SETS];
    for (int i = 0; i < reps.length; i++) {
      reps[i] = 5 + 5 * (i % 2);
    }
    proves(recipe("en", true, reps), Slot.REP_RIGHT);
  }

  private static Recipe recipe(String language, boolean chaining, int... reps) {
    List<SetSpec> sets = new ArrayList<>();
    for (int count : reps) {
      sets.add(new SetSpec("bilateral", count));
    }
    return new Recipe("glute-bridge", language, sets, 11L, chaining);
  }

  private void proves(Recipe recipe, Slot voice) throws Exception {
    Path file = directory.resolve("out.mp4");
    Composed composed =
        new Composer(SampleBundle.cache())
            .compose(BundleDirectory.open(bundle), recipe, file, Progress.NONE);
    ExpectedRender expected = expected(recipe, composed.plan().script().picks(), voice);

    List<Optional<Barcode>> barcodes =
        MediaReader.pictures(file).stream().map(DecodedPicture::barcode).toList();
    assertThat(barcodes).isEqualTo(expected.barcodes().stream().map(Optional::of).toList());
    Sound sound = MediaReader.sound(file);
    for (PlacedTone placed : expected.tones()) {
      assertThat(ToneFinder.find(sound, placed.tone(), placed.onsetSeconds(), 0.01))
          .as("%.0f Hz at %.3f s", placed.tone().hertz(), placed.onsetSeconds())
          .hasValueSatisfying(
              found -> {
                assertThat(found.onsetSeconds()).isCloseTo(placed.onsetSeconds(), within(1e-3));
                assertThat(found.level()).isCloseTo(VOICE_GAIN * SAMPLES_TONE, within(0.05));
              });
    }
    assertThat(composed.plan().segments())
        .filteredOn(segment -> segment.kind().equals("set"))
        .hasSize(recipe.sets().size())
        .extracting(Segment::side)
        .containsOnly("bilateral");
  }

  private static ExpectedRender expected(Recipe recipe, Picks picks, Slot voice) {
    List<Part> parts = new ArrayList<>();
    parts.add(framing(Slot.INTRO, picks.introVideo(), picks.introVo()));
    for (int set = 0; set < recipe.sets().size(); set++) {
      if (set > 0) {
        parts.add(framing(Slot.PAUZA, picks.pauzaVideo(), picks.pauzaVo()));
      }
      Picks.SetPick pick = picks.sets().get(set);
      List<Clip> blocks = new ArrayList<>();
      for (int block = 0; block < recipe.sets().get(set).reps() / 5; block++) {
        int variant =
            pick.videoVariants() == null ? pick.videoVariant() : pick.videoVariants().get(block);
        blocks.add(SAMPLE.clip(Slot.REP_LEFT, variant));
      }
      VoiceOver counts = SAMPLE.voiceOver(voice, pick.voVariant());
      parts.add(new Part(blocks, counts));
    }
    parts.add(framing(Slot.OUTRO, picks.outroVideo(), picks.outroVo()));
    return ExpectedRender.of(SAMPLE, parts);
  }

  private static Part framing(Slot slot, int video, int voiceOver) {
    return Part.repeating(SAMPLE.clip(slot, video), 1, SAMPLE.voiceOver(slot, voiceOver));
  }
}
