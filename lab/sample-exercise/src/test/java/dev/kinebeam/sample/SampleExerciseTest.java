package dev.kinebeam.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.sample.libav.LibavWarnings;
import dev.kinebeam.sample.libav.MediaReader;
import dev.kinebeam.sample.libav.MediaReader.DecodedPicture;
import dev.kinebeam.sample.libav.Sound;
import dev.kinebeam.sample.picture.Barcode;
import dev.kinebeam.sample.proof.ToneFinder;
import dev.kinebeam.sample.sound.Tone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleExerciseTest {
  private static final SampleExercise SAMPLE = SampleExercise.small();
  private static final double ONE_MILLISECOND = 0.001;

  @TempDir private static Path bundle;

  @BeforeAll
  static void makeBundle() throws IOException {
    SAMPLE.writeTo(bundle, BundleProgress.NONE);
  }

  @Test
  void bundleHasEveryFileOfTheLayoutAndNoLeftovers() throws IOException {
    Set<String> expected = new HashSet<>(Set.of("manifest.json"));
    for (String slot : List.of("intro", "pauza", "outro", "rep-left", "rep-right")) {
      for (int variant = 1; variant <= 3; variant++) {
        expected.add(slot + "-video-" + variant + ".mp4");
        expected.add("audio/ro/" + slot + "-vo-" + variant + ".mp3");
      }
    }
    assertThat(visibleFiles(bundle).keySet()).isEqualTo(expected);
  }

  @Test
  void everyFrameOfEveryClipCarriesItsClipAndIndex() throws IOException {
    for (Clip clip : SAMPLE.clips()) {
      List<DecodedPicture> pictures = MediaReader.pictures(bundle.resolve(clip.fileName()));
      assertThat(pictures).as(clip.fileName()).hasSize(clip.frames());
      for (int i = 0; i < pictures.size(); i++) {
        assertThat(pictures.get(i).barcode()).contains(new Barcode(clip.id(), i));
        assertThat(pictures.get(i).ptsSeconds()).isCloseTo((double) i / clip.fps(), within(1e-6));
      }
    }
  }

  @Test
  void clipsDecodeWithoutAComplaint() throws IOException {
    for (Clip clip : SAMPLE.clips()) {
      Path file = bundle.resolve(clip.fileName());
      assertThat(
              LibavWarnings.during(
                  () -> {
                    MediaReader.pictures(file);
                    MediaReader.sound(file);
                  }))
          .as(clip.fileName())
          .isEmpty();
    }
  }

  @Test
  void oneClipIsDeliveredDifferently() throws IOException {
    MediaReader.Facts odd = MediaReader.facts(bundle.resolve("intro-video-2.mp4"));
    assertThat(odd.fps()).isEqualTo(25);
    assertThat(odd.channels()).isEqualTo(1);
    assertThat(odd.sampleRate()).isEqualTo(44_100);
    assertThat(odd.width()).isEqualTo(SAMPLE.width() * 2 / 3);
    assertThat(odd.height()).isEqualTo(SAMPLE.height() * 2 / 3);

    MediaReader.Facts usual = MediaReader.facts(bundle.resolve("intro-video-1.mp4"));
    assertThat(usual.fps()).isEqualTo(30);
    assertThat(usual.channels()).isEqualTo(2);
    assertThat(usual.durationSeconds()).isCloseTo(odd.durationSeconds(), within(1e-6));
  }

  @Test
  void fullSizeDeliversThatClipAt720p() {
    Clip odd = SampleExercise.full().clip(Slot.INTRO, 2);
    assertThat(odd.width()).isEqualTo(1280);
    assertThat(odd.height()).isEqualTo(720);
    assertThat(odd.seconds()).isEqualTo(SampleExercise.full().clip(Slot.INTRO, 1).seconds());
  }

  @Test
  void voiceOversSoundTheirTonesAtTheirPlaces() throws IOException {
    for (VoiceOver voiceOver : SAMPLE.voiceOvers()) {
      Sound sound = MediaReader.sound(bundle.resolve(voiceOver.fileName()));
      assertThat((double) sound.length() / Sound.SAMPLE_RATE)
          .isCloseTo((double) voiceOver.samples() / VoiceOver.SAMPLE_RATE, within(ONE_MILLISECOND));
      for (Tone tone : voiceOver.tones()) {
        assertThat(ToneFinder.find(sound, tone, tone.onsetSeconds(), 0.02))
            .as("%s at %s Hz", voiceOver.fileName(), tone.hertz())
            .hasValueSatisfying(
                found ->
                    assertThat(found.onsetSeconds())
                        .isCloseTo(tone.onsetSeconds(), within(ONE_MILLISECOND)));
      }
    }
  }

  @Test
  void everyCountHasAToneOfItsOwn() {
    List<Double> pitches = new ArrayList<>();
    for (VoiceOver voiceOver : SAMPLE.voiceOvers()) {
      if (voiceOver.slot().isReps()) {
        assertThat(voiceOver.tones()).hasSize(20);
        voiceOver.tones().forEach(tone -> pitches.add(tone.hertz()));
      }
    }
    assertThat(pitches).doesNotHaveDuplicates().hasSize(120);
  }

  @Test
  void repetitionBlocksAreFiveRepetitionsAndVoiceOversTwenty() {
    for (SampleExercise sample : List.of(SAMPLE, SampleExercise.full())) {
      Clip block = sample.clip(Slot.REP_LEFT, 1);
      assertThat(block.seconds()).isEqualTo(5 * sample.repSeconds());
      VoiceOver counts = sample.voiceOver(Slot.REP_LEFT, 1);
      assertThat((double) counts.samples() / VoiceOver.SAMPLE_RATE)
          .isEqualTo(20 * sample.repSeconds());
    }
  }

  @Test
  void secondCallChangesNothing() throws IOException {
    Map<String, FileTime> before = visibleFiles(bundle);
    List<String> progress = new ArrayList<>();
    SAMPLE.writeTo(bundle, (done, total) -> progress.add(done + "/" + total));
    assertThat(progress).containsExactly("31/31");
    assertThat(visibleFiles(bundle)).isEqualTo(before);
  }

  @Test
  void missingFilesAreMadeAgainWithTheSameBytes(@TempDir Path copy) throws IOException {
    List<String> victims =
        List.of("intro-video-2.mp4", "rep-left-video-3.mp4", "audio/ro/rep-right-vo-1.mp3");
    copyTree(bundle, copy);
    for (String victim : victims) {
      Files.delete(copy.resolve(victim));
    }
    List<Integer> progress = new ArrayList<>();
    SAMPLE.writeTo(copy, (done, total) -> progress.add(done));
    assertThat(progress).containsExactly(28, 29, 30, 31);
    for (String victim : victims) {
      assertThat(copy.resolve(victim)).hasSameBinaryContentAs(bundle.resolve(victim));
    }
  }

  @Test
  void otherParametersReplaceTheFiles(@TempDir Path copy) throws IOException {
    copyTree(bundle, copy);
    SampleExercise shorter =
        new SampleExercise(192, 108, 6, 12, 6, 6, SAMPLE.crf(), SAMPLE.preset());
    shorter.writeTo(copy, BundleProgress.NONE);
    for (Clip clip : shorter.clips()) {
      MediaReader.Facts facts = MediaReader.facts(copy.resolve(clip.fileName()));
      assertThat(facts.frames()).isEqualTo(clip.frames());
      assertThat(facts.width()).isEqualTo(clip.width());
    }
  }

  @Test
  void filesThatNoSampleHasMadeAreLeftAlone(@TempDir Path mine) throws IOException {
    Path intro = mine.resolve(RawWriter.videoName(Slot.INTRO, 1));
    Files.writeString(intro, "my film");
    assertThatThrownBy(() -> SampleExercise.tiny().writeRawTo(mine, BundleProgress.NONE))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(mine.toString());
    assertThat(intro).hasContent("my film");
  }

  private static Map<String, FileTime> visibleFiles(Path directory) throws IOException {
    Map<String, FileTime> files = new TreeMap<>();
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.filter(Files::isRegularFile).toList()) {
        if (path.endsWith(".sample-parameters") || path.endsWith(".sample-lock")) {
          continue;
        }
        files.put(directory.relativize(path).toString(), Files.getLastModifiedTime(path));
      }
    }
    return files;
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Path target = to.resolve(from.relativize(path));
        if (Files.isDirectory(path)) {
          Files.createDirectories(target);
        } else {
          Files.copy(path, target);
        }
      }
    }
  }
}
