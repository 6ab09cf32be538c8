package dev.kinebeam.composer.hls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.compose.Composer;
import dev.kinebeam.composer.compose.PiecedSound;
import dev.kinebeam.composer.compose.Progress;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.composer.testing.ExpectedFromPicks;
import dev.kinebeam.composer.testing.OpenRender;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.sample.Clip;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.libav.LibavWarnings;
import dev.kinebeam.sample.libav.MediaReader;
import dev.kinebeam.sample.libav.MediaReader.DecodedPicture;
import dev.kinebeam.sample.libav.Sound;
import dev.kinebeam.sample.picture.Barcode;
import dev.kinebeam.sample.proof.ExpectedRender;
import dev.kinebeam.sample.proof.ExpectedRender.PlacedTone;
import dev.kinebeam.sample.proof.Lag;
import dev.kinebeam.sample.proof.ToneFinder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a player would fetch, fetched and decoded by other code than ours. */
class HlsRenderTest {
  private static final SampleExercise SAMPLE = SampleExercise.small();
  private static final Recipe RECIPE =
      new Recipe(
          SampleExercise.SLUG,
          "ro",
          List.of(new SetSpec("left", 10), new SetSpec("left", 5)),
          1L,
          false);

  private static final int TICKS_PER_FRAME = 512;

  @TempDir private static Path directory;
  private static OpenRender render;
  private static ExpectedRender expected;

  @BeforeAll
  static void open() throws IOException, RenderScript.Refused {
    render = render(RECIPE);
    expected = ExpectedFromPicks.of(SAMPLE, RECIPE, render.plan().script().picks());
  }

  @AfterAll
  static void close() throws IOException {
    render.close();
  }

  @Test
  void theMasterPlaylistNamesEveryQualityAndTheSound() throws IOException {
    String master = text("playlist.m3u8");

    assertThat(master.lines().findFirst()).hasValue("#EXTM3U");
    assertThat(master)
        .contains("RESOLUTION=640x360,FRAME-RATE=30.000,CODECS=\"avc1.64", ",mp4a.40.2\"")
        .contains("\n360p/video.m3u8\n", "\n216p/video.m3u8\n")
        .contains("LANGUAGE=\"ro\"", "URI=\"audio/video.m3u8\"");
  }

  /** RFC 8216, 4.1: of neighbours that last 0.5 to 1.5 target durations together. */
  @Test
  void theBandwidthIsThatOfTheBusiestNeighboursAndNotOfOneShortSegment() throws IOException {
    List<Double> seconds = new ArrayList<>();
    List<Long> bytes = new ArrayList<>();
    for (String line : text("216p/video.m3u8").lines().toList()) {
      if (line.startsWith("#EXTINF:")) {
        seconds.add(Double.parseDouble(line.substring(8, line.length() - 1)));
      } else if (!line.startsWith("#")) {
        byte[] segment = bytes(line);
        bytes.add((long) mediaOf(segment).length - 8);
      }
    }
    double target = targetDuration("216p");
    double peak = 0;
    for (int from = 0; from < seconds.size(); from++) {
      for (int to = from + 1; to <= seconds.size(); to++) {
        double length = seconds.subList(from, to).stream().mapToDouble(s -> s).sum();
        if (length >= target / 2 && length <= target * 1.5) {
          peak =
              Math.max(peak, bytes.subList(from, to).stream().mapToLong(n -> n).sum() * 8 / length);
        }
      }
    }
    Matcher bandwidth =
        Pattern.compile("[:,]BANDWIDTH=(\\d+).*\n216p").matcher(text("playlist.m3u8"));
    assertThat(bandwidth.find()).isTrue();
    double ofPictures = Long.parseLong(bandwidth.group(1)) - PiecedSound.BIT_RATE * 11 / 10.0;
    assertThat(ofPictures).isCloseTo(peak, within(peak / 1000));
  }

  /** RFC 8216, 6.2.4: one for all, and so the longest segment's, which is of the sound. */
  @Test
  void theTargetDurationIsThatOfEveryTrack() throws IOException {
    double longest =
        text("audio/video.m3u8")
            .lines()
            .filter(line -> line.startsWith("#EXTINF:"))
            .mapToDouble(line -> Double.parseDouble(line.substring(8, line.length() - 1)))
            .max()
            .orElseThrow();
    assertThat(List.of(targetDuration("360p"), targetDuration("216p"), targetDuration("audio")))
        .containsOnly((int) Math.ceil(longest));
  }

  private static int targetDuration(String folder) throws IOException {
    Matcher tag =
        Pattern.compile("\n#EXT-X-TARGETDURATION:(\\d+)\n").matcher(text(folder + "/video.m3u8"));
    assertThat(tag.find()).isTrue();
    return Integer.parseInt(tag.group(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"360p", "216p", "audio"})
  void everySegmentIsThereAndTheyAreAsLongAsTheRender(String folder) throws IOException {
    String playlist = text(folder + "/video.m3u8");
    double sum = 0;
    for (String line : playlist.lines().toList()) {
      if (line.startsWith("#EXTINF:")) {
        double seconds = Double.parseDouble(line.substring(8, line.length() - 1));
        sum += seconds;
      } else if (!line.startsWith("#")) {
        assertThat(line).startsWith("../../../s/");
        assertThat(render.part(line)).as(line).isPresent();
      }
    }
    assertThat(playlist).endsWith("#EXT-X-ENDLIST\n").doesNotContain("DISCONTINUITY");
    // The last block of the sound may run over by less than its 21 ms.
    assertThat(sum).isBetween(expected.frames() / 30.0 - 1e-3, expected.frames() / 30.0 + 0.022);
  }

  @ParameterizedTest
  @ValueSource(strings = {"360p", "216p"})
  void everyQualityShowsEveryFrameOnceInItsPlace(String folder) throws Exception {
    Path file = fetched(folder);
    List<DecodedPicture> pictures = MediaReader.pictures(file);

    List<Optional<Barcode>> barcodes = pictures.stream().map(DecodedPicture::barcode).toList();
    assertThat(barcodes).isEqualTo(expected.barcodes().stream().map(Optional::of).toList());
    for (int i = 0; i < pictures.size(); i++) {
      assertThat(pictures.get(i).ptsSeconds()).isCloseTo(i / 30.0, within(1e-6));
    }
    assertThat(LibavWarnings.during(() -> MediaReader.pictures(file))).isEmpty();
  }

  @Test
  void theSoundIsNotLateAtAnyJointAndEveryCountIsInItsPlace() throws Exception {
    Path file = fetched("audio");
    Sound sound = MediaReader.sound(file);
    float[] mix = expected.mix(SampleBundle.directory());

    assertThat(sound.length()).isBetween(mix.length, mix.length + 1023);
    for (int frame : expected.firstFrames()) {
      int joint = frame * ExpectedRender.SAMPLES_PER_FRAME;
      assertThat(Lag.measure(mix, sound, joint, 19_200, 1_200).samples()).isZero();
    }
    for (PlacedTone placed : expected.tones()) {
      assertThat(ToneFinder.find(sound, placed.tone(), placed.onsetSeconds(), 0.01))
          .hasValueSatisfying(
              found ->
                  assertThat(found.onsetSeconds()).isCloseTo(placed.onsetSeconds(), within(1e-3)));
    }
    assertThat(LibavWarnings.during(() -> MediaReader.sound(file))).isEmpty();
  }

  /** The file's packets and the segments' are the same, and so the first 21 ms, too. */
  @Test
  void theSoundIsTheFilesFromItsFirstSampleOn() throws Exception {
    Path file = directory.resolve("render.mp4");
    new Composer(SampleBundle.cache(Profile.SD))
        .compose(BundleDirectory.open(SampleBundle.directory()), RECIPE, file, Progress.NONE);
    Sound ofFile = MediaReader.sound(file);
    Sound ofSegments = MediaReader.sound(fetched("audio"));

    for (int i = 0; i < 96_000; i++) {
      assertThat(ofSegments.at(i)).as("sample %d", i).isEqualTo(ofFile.at(i));
    }
  }

  @Test
  void theBytesOfThePicturesAreTheMezzaninesOwn() throws Exception {
    ByteArrayOutputStream pictures = new ByteArrayOutputStream();
    for (String name : render.segments("216p")) {
      byte[] segment = bytes(name);
      ByteBuffer boxes = ByteBuffer.wrap(segment);
      int moof = boxes.getInt(0);
      assertThat(moof + boxes.getInt(moof)).as("moof and mdat").isEqualTo(segment.length);
      pictures.write(segment, moof + 8, segment.length - moof - 8);
    }
    ByteArrayOutputStream mezzanines = new ByteArrayOutputStream();
    for (Clip clip : expected.clips()) {
      mezzanines.writeBytes(mediaData(SampleBundle.mezzanine(clip.fileName())));
    }
    assertThat(pictures.toByteArray()).isEqualTo(mezzanines.toByteArray());
  }

  /** By itself with the initialisation, as after a seek or a change of quality. */
  @Test
  void everySegmentCanBeTheFirst() throws Exception {
    int frame = 0;
    for (String name : render.segments("216p")) {
      Path one = directory.resolve("one.mp4");
      Files.write(one, concat(bytes(render.init("216p")), bytes(name)));
      List<DecodedPicture> pictures = MediaReader.pictures(one);
      assertThat(pictures.get(0).ptsSeconds()).isCloseTo(frame / 30.0, within(1e-6));
      assertThat(pictures.get(0).barcode()).hasValue(expected.barcodes().get(frame));
      frame += pictures.size();
    }
    assertThat(frame).isEqualTo(expected.frames());
  }

  @Test
  void anotherRenderSharesThePicturesAndOnlyTheirTimesDiffer() throws Exception {
    Recipe longer =
        new Recipe(
            SampleExercise.SLUG,
            "ro",
            List.of(new SetSpec("left", 20), new SetSpec("left", 5)),
            1L,
            false);
    try (OpenRender other = render(longer)) {
      byte[] here = bytes(render.part(lastSegment(render)).orElseThrow());
      byte[] there = bytes(other.part(lastSegment(other)).orElseThrow());
      long later = other.plan().frames() - render.plan().frames();
      assertThat(later).isPositive();
      assertThat(decodeTime(there) - decodeTime(here)).isEqualTo(later * TICKS_PER_FRAME);
      assertThat(mediaOf(there)).isEqualTo(mediaOf(here));
    }
  }

  private static String lastSegment(OpenRender of) {
    List<String> names = of.segments("216p");
    return names.get(names.size() - 1);
  }

  /** What tfdt says, in its version with 64 bits. */
  private static long decodeTime(byte[] segment) {
    int at = new String(segment, ISO_8859_1).indexOf("tfdt");
    return ByteBuffer.wrap(segment).getLong(at + 8);
  }

  private static byte[] mediaOf(byte[] segment) {
    return Arrays.copyOfRange(segment, ByteBuffer.wrap(segment).getInt(0), segment.length);
  }

  @Test
  void aRangeIsThatRange() throws IOException {
    HlsPart part = render.part(render.segments("360p").get(1)).orElseThrow();
    byte[] whole = bytes(part);
    assertThat(whole).hasSize((int) part.bytes());
    for (int[] range : new int[][] {{0, 10}, {40, 3_000}, {2_000, 1}, {whole.length - 5, 5}}) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      part.copyTo(Channels.newChannel(out), range[0], range[1]);
      assertThat(out.toByteArray())
          .isEqualTo(Arrays.copyOfRange(whole, range[0], range[0] + range[1]));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1080p/video.m3u8",
        "00000000000000000000000000000000.m4s",
        "216p/../playlist.m3u8",
        "216p",
        "/playlist.m3u8"
      })
  void whatIsNotThereIsNotThere(String path) throws IOException {
    assertThat(render.part(path)).isEmpty();
  }

  private static OpenRender render(Recipe recipe) throws IOException, RenderScript.Refused {
    return OpenRender.of(
        BundleDirectory.open(SampleBundle.directory()),
        recipe,
        List.of(SampleBundle.cache(Profile.SD), SampleBundle.cache()));
  }

  /** The initialisation and every segment that the playlist names, one after the other. */
  private static Path fetched(String folder) throws IOException {
    ByteArrayOutputStream stream = new ByteArrayOutputStream();
    stream.writeBytes(bytes(render.init(folder)));
    for (String name : render.segments(folder)) {
      stream.writeBytes(bytes(name));
    }
    Path file = directory.resolve(folder + ".mp4");
    Files.write(file, stream.toByteArray());
    return file;
  }

  private static String text(String path) throws IOException {
    return new String(bytes(path), UTF_8);
  }

  private static byte[] bytes(String path) throws IOException {
    return bytes(render.part(path).orElseThrow(() -> new AssertionError("no " + path)));
  }

  private static byte[] bytes(HlsPart part) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    part.copyTo(Channels.newChannel(out), 0, part.bytes());
    return out.toByteArray();
  }

  /** The content of the mdat box. */
  private static byte[] mediaData(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    ByteBuffer boxes = ByteBuffer.wrap(bytes);
    int at = 0;
    while (boxes.getInt(at + 4) != ByteBuffer.wrap("mdat".getBytes(UTF_8)).getInt()) {
      at += boxes.getInt(at);
    }
    return Arrays.copyOfRange(bytes, at + 8, at + boxes.getInt(at));
  }

  private static byte[] concat(byte[] a, byte[] b) {
    byte[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    return both;
  }
}
