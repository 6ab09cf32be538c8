package dev.kinebeam.composer.compose;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.composer.testing.ExpectedFromPicks;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.sample.Clip;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.libav.LibavWarnings;
import dev.kinebeam.sample.libav.MediaReader;
import dev.kinebeam.sample.libav.MediaReader.DecodedPicture;
import dev.kinebeam.sample.libav.MediaReader.Packet;
import dev.kinebeam.sample.libav.Sound;
import dev.kinebeam.sample.picture.Barcode;
import dev.kinebeam.sample.proof.ExpectedRender;
import dev.kinebeam.sample.proof.ExpectedRender.PlacedTone;
import dev.kinebeam.sample.proof.Lag;
import dev.kinebeam.sample.proof.ToneFinder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.Segment;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What the composer promises, measured on its finished files through a decoder that shares no code
 * with it: exact to the frame and to the sample.
 */
class ExactnessScenarioTest {
  private static final SampleExercise SAMPLE = SampleExercise.small();
  private static final double FRAME_SECONDS = 1.0 / SampleExercise.FPS;
  private static final double ONE_MILLISECOND = 0.001;
  private static final double ONE_MICROSECOND = 1e-6;
  private static final int LARGEST_LAG = 1_200;

  /** Sound looked at from a joint on: 0.4 s. */
  private static final int JOINT_SAMPLES = 19_200;

  @TempDir private static Path directory;
  private static final Map<Shape, Render> RENDERS = new EnumMap<>(Shape.class);

  /** The kinds of recipe that are proven. */
  enum Shape {
    BOTH_SIDES(set("left", 10), set("right", 10)),
    ONE_SIDE(set("left", 5)),
    THE_SAME_SET_THRICE(set("left", 5), set("left", 5), set("left", 5)),
    TWENTY_REPETITIONS(set("right", 20)),
    CHAINED_VARIANTS(set("left", 20), set("right", 15)),
    AN_INTRO_DELIVERED_AT_25_FPS_IN_MONO(set("right", 5));

    private final List<SetSpec> sets;

    Shape(SetSpec... sets) {
      this.sets = List.of(sets);
    }

    Recipe recipe() throws IOException, RenderScript.Refused {
      Recipe recipe = new Recipe(SampleExercise.SLUG, "ro", sets, null, this == CHAINED_VARIANTS);
      return this == AN_INTRO_DELIVERED_AT_25_FPS_IN_MONO ? withIntro(2, recipe) : recipe;
    }

    private static SetSpec set(String side, int reps) {
      return new SetSpec(side, reps);
    }
  }

  private record Render(Path file, Recipe recipe, Composed composed, ExpectedRender expected) {}

  @ParameterizedTest
  @EnumSource
  void everyExpectedFrameIsThereOnceAndInOrder(Shape shape) throws Exception {
    Render render = render(shape);
    List<Optional<Barcode>> found =
        MediaReader.pictures(render.file()).stream().map(DecodedPicture::barcode).toList();
    List<Optional<Barcode>> expected =
        render.expected().barcodes().stream().map(Optional::of).toList();
    assertThat(found).isEqualTo(expected);
    assertThat(render.composed().frames()).isEqualTo(expected.size());
    assertThat(render.composed().expectedFrames()).isEqualTo(expected.size());
  }

  @ParameterizedTest
  @EnumSource
  void presentationTimesRiseByOneFrame(Shape shape) throws Exception {
    List<DecodedPicture> pictures = MediaReader.pictures(render(shape).file());
    for (int i = 0; i < pictures.size(); i++) {
      assertThat(pictures.get(i).ptsSeconds())
          .isCloseTo(i * FRAME_SECONDS, within(ONE_MICROSECOND));
    }
  }

  @ParameterizedTest
  @EnumSource
  void decodingTimesRiseEvenlyInBothStreams(Shape shape) throws Exception {
    List<Packet> packets = MediaReader.packets(render(shape).file());
    for (boolean video : new boolean[] {true, false}) {
      List<Packet> stream = packets.stream().filter(p -> p.video() == video).toList();
      double step = video ? FRAME_SECONDS : 1024.0 / Sound.SAMPLE_RATE;
      for (int i = 1; i < stream.size(); i++) {
        assertThat(stream.get(i).dtsSeconds() - stream.get(i - 1).dtsSeconds())
            .isCloseTo(step, within(ONE_MICROSECOND));
        assertThat(stream.get(i).ptsSeconds())
            .isGreaterThanOrEqualTo(stream.get(i).dtsSeconds() - ONE_MICROSECOND);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void decodesWithoutAComplaint(Shape shape) throws Exception {
    Path file = render(shape).file();
    List<String> complaints =
        LibavWarnings.during(
            () -> {
              MediaReader.pictures(file);
              MediaReader.sound(file);
              MediaReader.packets(file);
            });
    assertThat(complaints).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void videoPacketsAreTheMezzaninesOwn(Shape shape) throws Exception {
    Render render = render(shape);
    List<String> expected = new ArrayList<>();
    for (Clip clip : render.expected().clips()) {
      expected.addAll(videoHashes(SampleBundle.mezzanine(clip.fileName())));
    }
    assertThat(videoHashes(render.file())).isEqualTo(expected);
  }

  @ParameterizedTest
  @EnumSource
  void soundIsAsLongAsThePictureAndNotLateAtAnyJoint(Shape shape) throws Exception {
    Render render = render(shape);
    Sound sound = MediaReader.sound(render.file());
    float[] mix = render.expected().mix(SampleBundle.directory());
    assertThat(sound.length()).isBetween(mix.length, mix.length + 1023);
    assertThat(sound.peak()).isLessThan(0.96f);
    for (int frame : render.expected().firstFrames()) {
      int joint = frame * ExpectedRender.SAMPLES_PER_FRAME;
      Lag.Measured lag = Lag.measure(mix, sound, joint, JOINT_SAMPLES, LARGEST_LAG);
      assertThat(lag.samples()).as("lag at frame %d", frame).isZero();
      assertThat(lag.similarity()).as("similarity at frame %d", frame).isGreaterThan(0.97);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyCountIsHeardWithinAMillisecondOfItsPlace(Shape shape) throws Exception {
    Render render = render(shape);
    Sound sound = MediaReader.sound(render.file());
    for (PlacedTone placed : render.expected().tones()) {
      assertThat(ToneFinder.find(sound, placed.tone(), placed.onsetSeconds(), 0.01))
          .as("%.0f Hz at %.3f s", placed.tone().hertz(), placed.onsetSeconds())
          .hasValueSatisfying(
              found -> {
                assertThat(found.onsetSeconds())
                    .isCloseTo(placed.onsetSeconds(), within(ONE_MILLISECOND));
                assertThat(found.level()).isCloseTo(0.5, within(0.1));
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  void composedAgainItHasTheSameBytes(Shape shape) throws Exception {
    Render render = render(shape);
    Path again = directory.resolve(shape + "-again.mp4");
    compose(render.recipe(), again);
    assertThat(again).hasSameBinaryContentAs(render.file());
  }

  @ParameterizedTest
  @EnumSource
  void segmentMapSaysWhereEachPartAndRepetitionBegins(Shape shape) throws Exception {
    Render render = render(shape);
    List<Segment> segments = render.composed().plan().segments();
    List<Integer> firstFrames = render.expected().firstFrames();
    assertThat(segments).hasSameSizeAs(firstFrames);
    for (int i = 0; i < segments.size(); i++) {
      Segment segment = segments.get(i);
      double from = firstFrames.get(i) * FRAME_SECONDS;
      assertThat(segment.fromSeconds()).isCloseTo(from, within(ONE_MICROSECOND));
      for (int rep = 0; rep < segment.reps().size(); rep++) {
        assertThat(segment.reps().get(rep))
            .isCloseTo(from + rep * SAMPLE.repSeconds(), within(ONE_MICROSECOND));
      }
    }
  }

  private static List<String> videoHashes(Path file) throws IOException {
    return MediaReader.packets(file).stream().filter(Packet::video).map(Packet::sha256).toList();
  }

  /** Made once for all the tests. */
  private static Render render(Shape shape) throws IOException, RenderScript.Refused {
    Render known = RENDERS.get(shape);
    if (known != null) {
      return known;
    }
    Recipe recipe = shape.recipe();
    Path file = directory.resolve(shape + ".mp4");
    Composed composed = compose(recipe, file);
    ExpectedRender expected =
        ExpectedFromPicks.of(SAMPLE, recipe, composed.plan().script().picks());
    Render made = new Render(file, recipe, composed, expected);
    RENDERS.put(shape, made);
    return made;
  }

  private static Composed compose(Recipe recipe, Path file)
      throws IOException, RenderScript.Refused {
    return new Composer(SampleBundle.cache())
        .compose(BundleDirectory.open(SampleBundle.directory()), recipe, file, (what, part) -> {});
  }

  private static Recipe withIntro(int variant, Recipe recipe)
      throws IOException, RenderScript.Refused {
    BundleDirectory bundle = BundleDirectory.open(SampleBundle.directory());
    for (long seed = 1; seed < 100; seed++) {
      Recipe seeded =
          new Recipe(
              recipe.exercise(), recipe.language(), recipe.sets(), seed, recipe.variantChaining());
      if (RenderScript.of(bundle.bundle(), seeded).picks().introVideo() == variant) {
        return seeded;
      }
    }
    throw new AssertionError("no seed picks intro " + variant);
  }
}
