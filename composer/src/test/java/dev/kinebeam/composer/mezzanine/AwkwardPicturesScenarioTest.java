package dev.kinebeam.composer.mezzanine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.kinebeam.composer.libav.DurationLimit;
import dev.kinebeam.sample.libav.DecodedFrame;
import dev.kinebeam.sample.libav.Footage;
import dev.kinebeam.sample.libav.Footage.Colour;
import dev.kinebeam.sample.libav.Footage.Scan;
import dev.kinebeam.sample.libav.MediaReader;
import dev.kinebeam.sample.picture.Barcode;
import dev.kinebeam.sample.picture.TestCard;
import java.awt.Rectangle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever was filmed becomes a mezzanine like every other, with every picture in its place. */
class AwkwardPicturesScenarioTest {
  private static final Rectangle WHOLE = new Rectangle(0, 0, 384, 216);
  private static final int CLIP = 9;
  private static final DurationLimit LONGEST =
      new DurationLimit(Duration.ofMinutes(1), "A_SETTING");

  @TempDir Path directory;

  /**
   * A source and what must become of it.
   *
   * @param content where the picture lies in the mezzanine
   * @param starts when each source frame begins, in seconds
   * @param seconds how long the source is
   */
  record Source(
      String name,
      String ending,
      Footage footage,
      Rectangle content,
      IntToDoubleFunction starts,
      int count,
      double seconds,
      Profile profile) {
    static Source of(String name, String ending, Footage footage, int count, double rate) {
      return new Source(
          name, ending, footage, WHOLE, frame -> frame / rate, count, count / rate, Profile.TINY);
    }

    Source within(int x, int y, int width, int height) {
      Rectangle part = new Rectangle(x, y, width, height);
      return new Source(name, ending, footage, part, starts, count, seconds, profile);
    }

    /** Bigger, since in a narrow picture the barcode would be too small to be read. */
    Source narrow() {
      Rectangle part = new Rectangle(219, 0, 202, 360);
      return new Source(name, ending, footage, part, starts, count, seconds, Profile.SD);
    }

    int frames() {
      return (int) Math.round(seconds * 30);
    }

    /** Each source frame moves to the nearest place, and stays until the next one's. */
    int seenAt(int frame) {
      int seen = 0;
      for (int i = 0; i < count; i++) {
        seen = Math.round(starts.applyAsDouble(i) * 30 + 1e-9) <= frame ? i : seen;
      }
      return seen;
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static Footage footage() {
    return new Footage().clip(CLIP);
  }

  private static Source plain(String name, Footage footage) {
    return Source.of(name, "mp4", footage, 30, 30);
  }

  private static Source rate(String name, int frames, int rate, int unit) {
    Footage footage = footage().frames(frames, rate, unit);
    return Source.of(name, "mp4", footage, frames, (double) rate / unit);
  }

  static Stream<Source> sources() {
    List<Source> all = new ArrayList<>();
    all.add(plain("as it should be", footage()));
    all.add(rate("24 fps", 24, 24, 1));
    all.add(rate("23.976 fps", 24, 24_000, 1001));
    all.add(rate("25 fps", 25, 25, 1));
    all.add(rate("29.97 fps", 45, 30_000, 1001));
    all.add(rate("50 fps", 50, 50, 1));
    all.add(rate("59.94 fps", 60, 60_000, 1001));
    all.add(rate("60 fps", 60, 60, 1));
    all.add(rate("12.5 fps", 14, 25, 2));
    all.add(variable());
    all.add(plain("turned by 180°", footage().turnedBy(180)));
    all.add(plain("a telephone held upright", footage().turnedBy(90).size(384, 216)).narrow());
    all.add(
        plain("a telephone held upright, the other way", footage().turnedBy(270).size(384, 216))
            .narrow());
    all.add(plain("filmed lying, turned by 90°", footage().turnedBy(90).size(216, 384)));
    all.add(plain("a mirrored selfie", footage().mirrored()));
    all.add(plain("mirrored and turned", footage().mirrored().turnedBy(270).size(216, 384)));
    all.add(plain("portrait", footage().size(216, 384)).narrow());
    all.add(plain("a square", footage().size(360, 360)).within(84, 0, 216, 216));
    all.add(plain("wider than 16:9", footage().size(480, 200)).within(0, 28, 384, 160));
    all.add(plain("4K", footage().size(3840, 2160)));
    all.add(
        Source.of("odd in width and height", "mkv", footage().size(641, 359).codec("ffv1"), 30, 30)
            .within(0, 0, 384, 216));
    all.add(
        Source.of(
                "4:4:4 and odd",
                "mov",
                footage().size(641, 361).pixels("yuv444p").codec("ffv1"),
                30,
                30)
            .within(0, 0, 384, 216));
    all.add(plain("anamorphic", footage().size(288, 216).pixelAspect(4, 3)));
    all.add(
        plain("anamorphic PAL", footage().size(360, 288).pixelAspect(16, 15).colour(Colour.BT601))
            .within(48, 0, 288, 216));
    all.add(
        plain("anamorphic and turned", footage().size(216, 288).pixelAspect(3, 4).turnedBy(90)));
    all.add(Source.of("MPEG-TS from 1.4 s on", "ts", footage().codec("mpeg2video"), 30, 30));
    all.add(plain("from 3 s on", footage().startingAt(3)));
    all.add(Source.of("Matroska from 0.7 s on", "mkv", footage().startingAt(0.7), 30, 30));
    all.add(plain("with a cover", footage().withCover()));
    all.add(plain("BT.601", footage().colour(Colour.BT601)));
    all.add(plain("BT.601 untagged", footage().colour(Colour.UNTAGGED_BT601)));
    all.add(plain("HD untagged", footage().colour(Colour.UNTAGGED_BT709).size(1280, 720)));
    all.add(plain("full range", footage().fullRange()));
    all.add(
        plain(
            "full range MJPEG",
            footage().fullRange().pixels("yuvj420p").codec("mjpeg").colour(Colour.BT601)));
    all.add(
        Source.of(
            "ProRes 4:2:2 10-bit",
            "mov",
            footage().pixels("yuv422p10le").codec("prores_ks"),
            30,
            30));
    all.add(
        Source.of(
            "10-bit full range",
            "mkv",
            footage().pixels("yuv422p10le").codec("ffv1").fullRange(),
            30,
            30));
    all.add(Source.of("RGB", "mkv", footage().pixels("bgr0").codec("ffv1"), 30, 30));
    return all.stream();
  }

  private static Source variable() {
    List<Long> times = List.of(0L, 33L, 150L, 160L, 400L, 433L, 466L, 900L, 950L, 1400L, 1500L);
    return new Source(
        "variable rate",
        "mp4",
        footage().atMillis(times),
        WHOLE,
        i -> times.get(i) / 1000.0,
        times.size(),
        1.6,
        Profile.TINY);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("sources")
  void everyPictureIsInItsPlaceUprightAndOfTheRightColour(Source source) throws IOException {
    Path mezzanine = normalize(source.footage(), source.ending(), source.profile());
    try (VideoMezzanine made = VideoMezzanine.open(mezzanine, source.profile().format())) {
      assertThat(made.frames()).as("frames").isEqualTo(source.frames());
      assertThat(made.wildTrack().samples()).isEqualTo(source.frames() * 1600);
    }
    List<DecodedFrame> frames = MediaReader.frames(mezzanine.resolve(VideoMezzanine.VIDEO_FILE));
    assertThat(frames.stream().map(frame -> frame.barcode(source.content()).map(Barcode::frame)))
        .as("barcodes")
        .containsExactlyElementsOf(
            IntStream.range(0, source.frames())
                .mapToObj(k -> java.util.Optional.of(source.seenAt(k)))
                .toList());
    DecodedFrame last = frames.get(frames.size() - 1);
    assertColour(last, source.content(), TestCard.Patch.WHITE, 235, 128, 128);
    assertColour(last, source.content(), TestCard.Patch.BLACK, 16, 128, 128);
    assertColour(last, source.content(), TestCard.Patch.RED, 62.6, 102.4, 240);
    assertColour(last, source.content(), TestCard.Patch.GREEN, 172.6, 41.7, 26.3);
    assertBarsAreBlack(last, source);
  }

  static Stream<Source> interlaced() {
    return Stream.of(
        Source.of(
            "25i, top field first",
            "ts",
            interlaced(Scan.TOP_FIELD_FIRST, "mpeg2video", "yuv420p", 25),
            50,
            50),
        Source.of(
            "25i, bottom field first",
            "ts",
            interlaced(Scan.BOTTOM_FIELD_FIRST, "mpeg2video", "yuv420p", 25),
            50,
            50),
        Source.of(
            "30i ProRes",
            "mov",
            interlaced(Scan.TOP_FIELD_FIRST, "prores_ks", "yuv422p10le", 30),
            60,
            60));
  }

  private static Footage interlaced(Scan scan, String codec, String pixels, int rate) {
    return footage().scan(scan).codec(codec).pixels(pixels).frames(rate, rate, 1);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("interlaced")
  void fieldsBecomePicturesWithoutCombs(Source source) throws IOException {
    Path file = directory.resolve("source." + source.ending());
    Path mezzanine = normalize(source.footage(), source.ending(), source.profile());
    try (VideoMezzanine made = VideoMezzanine.open(mezzanine, Profile.TINY.format())) {
      assertThat(made.frames()).isEqualTo(30);
    }
    List<DecodedFrame> frames = MediaReader.frames(mezzanine.resolve(VideoMezzanine.VIDEO_FILE));
    List<Integer> seen =
        frames.stream().map(f -> f.barcode(WHOLE).map(Barcode::frame).orElse(-1)).toList();
    assertThat(seen)
        .isEqualTo(IntStream.range(0, 30).map(k -> source.seenAt(k) / 2).boxed().toList());
    Rectangle track = TestCard.track(WHOLE);
    double worst = frames.stream().mapToDouble(f -> f.combing(track)).max().orElseThrow();
    assertThat(worst).as("combs in the mezzanine of %s", file).isLessThan(0.8);
    List<Double> bars = frames.stream().map(f -> barAt(f, track)).toList();
    // Until the bar begins anew.
    for (int k = 1; k < 11; k++) {
      double moved = (bars.get(k) - bars.get(0)) / (384 * 0.03);
      assertThat(moved)
          .as("fields the bar has moved by picture %d", k)
          .isCloseTo(source.seenAt(k), within(0.6));
    }
  }

  /** The middle of what is bright. */
  private static double barAt(DecodedFrame frame, Rectangle track) {
    double sum = 0;
    int count = 0;
    int y = track.y + track.height / 2;
    for (int x = 0; x < track.width; x++) {
      if ((frame.lumaAt(x, y) + frame.lumaAt(x, y + 1)) / 2 > 155) {
        sum += x;
        count++;
      }
    }
    return sum / Math.max(1, count);
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.EnumSource(names = {"PQ", "HLG"})
  void hdrIsBroughtDownToWhatAnOrdinaryScreenShows(Colour colour) throws IOException {
    Footage hdr = footage().pixels("yuv420p10le").codec("ffv1").colour(colour);
    Path mezzanine = normalize(hdr, "mkv", Profile.TINY);
    try (VideoMezzanine made = VideoMezzanine.open(mezzanine, Profile.TINY.format())) {
      assertThat(made.frames()).isEqualTo(30);
    }
    List<DecodedFrame> frames = MediaReader.frames(mezzanine.resolve(VideoMezzanine.VIDEO_FILE));
    DecodedFrame last = frames.get(29);
    assertThat(last.barcode(WHOLE)).contains(new Barcode(CLIP, 29));
    double[] white = last.mean(TestCard.Patch.WHITE.area(WHOLE));
    double[] black = last.mean(TestCard.Patch.BLACK.area(WHOLE));
    assertThat(white[0]).isBetween(200.0, 236.0);
    assertThat(black[0]).isBetween(15.0, 20.0);
    assertThat(white[1]).isCloseTo(128, within(3.0));
    double[] grey = last.mean(new Rectangle(4, 90, 20, 8));
    assertThat(grey[0]).as("grey lies between").isBetween(black[0] + 5, white[0] - 40);
  }

  @Test
  void allMezzaninesHaveOneDecoderConfiguration() throws IOException {
    Path first = normalize(footage(), "mp4", Profile.TINY);
    Path second =
        normalize(footage().colour(Colour.BT601).size(216, 384).fullRange(), "mp4", Profile.TINY);
    try (VideoMezzanine a = VideoMezzanine.open(first, Profile.TINY.format());
        VideoMezzanine b = VideoMezzanine.open(second, Profile.TINY.format())) {
      assertThat(a.sampleEntry()).isEqualTo(b.sampleEntry());
    }
  }

  private static void assertColour(
      DecodedFrame frame, Rectangle content, TestCard.Patch patch, double y, double cb, double cr) {
    double[] mean = frame.mean(patch.area(content));
    assertThat(mean[0]).as("Y of %s", patch).isCloseTo(y, within(4.0));
    assertThat(mean[1]).as("Cb of %s", patch).isCloseTo(cb, within(5.0));
    assertThat(mean[2]).as("Cr of %s", patch).isCloseTo(cr, within(5.0));
  }

  private static void assertBarsAreBlack(DecodedFrame frame, Source source) {
    int width = source.profile().format().width();
    int height = source.profile().format().height();
    Rectangle content = source.content();
    int right = content.x + content.width;
    int below = content.y + content.height;
    List<Rectangle> bars =
        List.of(
            new Rectangle(0, 0, content.x, height),
            new Rectangle(right, 0, width - right, height),
            new Rectangle(0, 0, width, content.y),
            new Rectangle(0, below, width, height - below));
    for (Rectangle bar : bars) {
      if (bar.width > 8 && bar.height > 8) {
        double[] mean = frame.mean(bar);
        assertThat(mean[0]).as("Y of %s", bar).isCloseTo(16, within(1.0));
        assertThat(mean[1]).as("Cb of %s", bar).isCloseTo(128, within(1.0));
        assertThat(mean[2]).as("Cr of %s", bar).isCloseTo(128, within(1.0));
      }
    }
  }

  private Path normalize(Footage footage, String ending, Profile profile) throws IOException {
    Path source = directory.resolve("source." + ending);
    footage.writeTo(source);
    Path out = Files.createTempDirectory(directory, "mezzanine");
    NormalizeMain.video(source, List.of(new Target(out, profile.format())), LONGEST, frames -> {});
    return out;
  }
}
