package dev.kinebeam.composer.compose;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.libav.AacEncoder;
import dev.kinebeam.composer.mezzanine.DerivedFiles;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import dev.kinebeam.composer.plan.RenderPlan;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.libav.MediaReader;
import dev.kinebeam.sample.libav.Sound;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sound in pieces is as good as sound encoded in one go, at the seams too. */
class PiecedSoundTest {
  private static final int BLOCK = AacEncoder.BLOCK;

  /** By so much may the error of all seams exceed that of the same moments of one encode: 1 dB. */
  private static final double ALL_SEAMS = 1.12;

  /** No sample may differ from one encode's by more: −34 dB of full scale. */
  private static final float LARGEST_DIFFERENCE = 0.02f;

  @TempDir private Path directory;
  private Materials materials;
  private RenderPlan plan;

  @BeforeEach
  void gather() throws IOException, RenderScript.Refused {
    BundleDirectory bundle = BundleDirectory.open(SampleBundle.directory());
    Recipe recipe =
        new Recipe(
            SampleExercise.SLUG,
            "ro",
            List.of(new SetSpec("left", 10), new SetSpec("right", 20), new SetSpec("left", 5)),
            4L,
            true);
    RenderScript script = RenderScript.of(bundle.bundle(), recipe);
    materials = Materials.gather(script, bundle::source, SampleBundle.cache(), (step, part) -> {});
    plan = RenderPlan.of(script, materials.framesOfVideos());
  }

  @AfterEach
  void close() throws IOException {
    materials.close();
  }

  @Test
  void aSeamIsAsGoodAsTheSameMomentOfOneEncode() throws IOException {
    PiecedSound pieced = pieced("a");
    SoundTrack track = pieced.track();
    List<SoundPiece> whole = List.of(new SoundPiece(0, pieced.packets()));
    Sound inPieces = MediaReader.sound(movie("pieces.mp4", pieced));
    Sound inOne = MediaReader.sound(movie("one.mp4", new PiecedSound(track, whole, kept("one"))));
    float[] mix = mix(track);

    assertThat(pieced.pieces()).hasSizeGreaterThan(15);
    assertThat(inPieces.length()).isEqualTo(inOne.length());
    double worstOfOne = 0;
    for (int block = 0; block * BLOCK < mix.length; block++) {
      worstOfOne = Math.max(worstOfOne, error(inOne, mix, block));
    }
    double ours = 0;
    double reference = 0;
    for (SoundPiece piece : pieced.pieces()) {
      // The packets before and at the seam overlap in the block before it.
      int seam = Math.max(0, piece.first() - 1);
      double error = error(inPieces, mix, seam);
      assertThat(error).as("around packet %d", piece.first()).isLessThanOrEqualTo(worstOfOne);
      ours += square(error);
      reference += square(error(inOne, mix, seam));
      for (int i = (seam - 1) * BLOCK; i < (seam + 2) * BLOCK; i++) {
        assertThat(Math.abs(inPieces.at(i) - inOne.at(i)))
            .as("at sample %d", i)
            .isLessThan(LARGEST_DIFFERENCE);
      }
    }
    assertThat(Math.sqrt(ours)).isLessThan(ALL_SEAMS * Math.sqrt(reference));
  }

  /** What encoding made of the mix, in a block and its two neighbours, as a root of squares. */
  private static double error(Sound decoded, float[] mix, int block) {
    double error = 0;
    int to = Math.min(mix.length, (block + 2) * BLOCK);
    for (int i = Math.max(0, (block - 1) * BLOCK); i < to; i++) {
      error += square(decoded.at(i) - mix[i]);
    }
    return Math.sqrt(error);
  }

  @Test
  void foundOrMadeTheBytesAreTheSame() throws IOException {
    Path cold = movie("cold.mp4", pieced("a"));
    Path warm = movie("warm.mp4", pieced("a"));
    Path elsewhere = movie("elsewhere.mp4", pieced("b"));

    assertThat(warm).hasSameBinaryContentAs(cold);
    assertThat(elsewhere).hasSameBinaryContentAs(cold);
  }

  @Test
  void whatWasKeptIsNotEncodedAgain() throws IOException {
    AtomicInteger encoded = new AtomicInteger();
    PiecedSound first = pieced("a");
    PiecedSound second = pieced("a");
    for (int i = 0; i < first.pieces().size(); i++) {
      first.piece(i, blocks -> {});
      second.piece(i, blocks -> encoded.incrementAndGet());
    }
    assertThat(encoded).hasValue(0);
  }

  @Test
  void aTornFileIsMadeAgain() throws IOException {
    PiecedSound sound = pieced("a");
    EncodedPiece made = sound.piece(1, blocks -> {});
    List<Path> files;
    try (Stream<Path> walk = Files.walk(directory.resolve("a").resolve("sound"))) {
      files = walk.filter(Files::isRegularFile).toList();
    }
    assertThat(files).hasSize(1);
    byte[] whole = Files.readAllBytes(files.get(0));
    byte[] torn = whole.clone();
    Arrays.fill(torn, whole.length / 2, whole.length, (byte) 0);
    Files.write(files.get(0), torn);

    EncodedPiece again = sound.piece(1, blocks -> {});

    assertThat(again.packets()).isEqualTo(made.packets());
    assertThat(Files.readAllBytes(files.get(0))).isEqualTo(whole);
  }

  /** Else the overlap of two packets would not cancel out, and that is a click. */
  @Test
  void windowsOfPacketsAtSeamsFitTogether() throws IOException {
    PiecedSound sound = pieced("a");
    List<Integer> windows = new ArrayList<>();
    for (int i = 0; i < sound.pieces().size(); i++) {
      EncodedPiece piece = sound.piece(i, blocks -> {});
      int at = 0;
      for (int size : piece.sizes()) {
        windows.add(windowSequence(piece.packets(), at));
        at += size;
      }
    }
    assertThat(windows).contains(LONG_START, EIGHT_SHORT);
    for (int i = 1; i < windows.size(); i++) {
      boolean shortFollows = windows.get(i) == EIGHT_SHORT || windows.get(i) == LONG_STOP;
      boolean endsShort = windows.get(i - 1) == LONG_START || windows.get(i - 1) == EIGHT_SHORT;
      assertThat(shortFollows).as("packet %d of %s", i, windows).isEqualTo(endsShort);
    }
  }

  private static final int LONG_START = 1;
  private static final int EIGHT_SHORT = 2;
  private static final int LONG_STOP = 3;

  /** Of the first channel; ISO/IEC 14496-3, tables 4.4 to 4.6. */
  private static int windowSequence(byte[] packets, int at) {
    int bits = 0;
    for (int i = 0; i < 4; i++) {
      bits = (bits << 8) | Byte.toUnsignedInt(packets[at + i]);
    }
    assertThat(bits >>> 29).as("a channel pair element").isEqualTo(1);
    boolean commonWindow = ((bits >>> 24) & 1) == 1;
    int beforeInfo = commonWindow ? 8 : 16;
    return (bits >>> (32 - beforeInfo - 3)) & 3;
  }

  private PiecedSound pieced(String room) {
    return PiecedSound.of(plan, materials, kept(room));
  }

  private DerivedFiles kept(String room) {
    return cache(room).derived("sound");
  }

  private MezzanineCache cache(String room) {
    return SampleBundle.cache(directory.resolve(room));
  }

  private Path movie(String name, PiecedSound sound) throws IOException {
    List<VideoMezzanine> takes =
        plan.takes().stream().map(take -> materials.video(take.video())).toList();
    Path file = directory.resolve(name);
    try (UnfinishedFile packets = UnfinishedFile.of(file);
        UnfinishedFile movie = UnfinishedFile.of(file)) {
      AacTrack track = AacTrack.gather(sound, packets.channel(), part -> {});
      new MovieFile(takes, track).writeTo(movie.channel(), part -> {});
      movie.finish();
    }
    return file;
  }

  /** Both channels averaged. */
  private static float[] mix(SoundTrack track) {
    float[] mix = new float[SoundPiece.blocks(track.samples()) * BLOCK];
    float[] left = new float[BLOCK];
    float[] right = new float[BLOCK];
    for (int at = 0; at < mix.length; at += BLOCK) {
      track.mix(at, left, right);
      for (int i = 0; i < BLOCK; i++) {
        mix[at + i] = (left[i] + right[i]) / 2;
      }
    }
    return mix;
  }

  private static double square(double x) {
    return x * x;
  }
}
