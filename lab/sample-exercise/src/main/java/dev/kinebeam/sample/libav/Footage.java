package dev.kinebeam.sample.libav;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.ffmpeg.global.avutil;

/**
 * Material as cameras and editors deliver it, which a normaliser must understand: test cards in any
 * shape, rate, colour and container, with sound or without. What is not said is 384×216, 30 frames
 * per second, one second, H.264 in MP4, BT.709, upright, without sound.
 *
 * <p>The values are gathered one by one and then written; not for use by more than one thread.
 */
public final class Footage {
  /** How colour is coded, and what the file says of it. */
  public enum Colour {
    BT709(1, 1, 1, 1),
    BT601(5, 5, 6, 6),
    /** Coded by BT.709, and not a word about it. */
    UNTAGGED_BT709(1, 2, 2, 2),
    /** Coded by BT.601, and not a word about it. */
    UNTAGGED_BT601(5, 2, 2, 2),
    PQ(9, 9, 16, 9),
    HLG(9, 9, 18, 9);

    /** By libav's numbers. */
    final int codedBy;

    final int matrix;
    final int transfer;
    final int primaries;

    Colour(int codedBy, int matrix, int transfer, int primaries) {
      this.codedBy = codedBy;
      this.matrix = matrix;
      this.transfer = transfer;
      this.primaries = primaries;
    }
  }

  /** Whether a frame is one picture or two. */
  public enum Scan {
    PROGRESSIVE,
    TOP_FIELD_FIRST,
    BOTTOM_FIELD_FIRST
  }

  /**
   * A sound track.
   *
   * @param encoder libav's name of one that takes planar floats, or {@code pcm_s16le}
   * @param channels one array for each, of equal length, full scale ±1
   * @param startSeconds when it begins, against the picture's own time 0
   * @param holeAtSeconds where its time jumps, from its start
   * @param holeSeconds by how much; 0 for not at all
   */
  public record SoundTrack(
      String encoder,
      int sampleRate,
      List<float[]> channels,
      double startSeconds,
      double holeAtSeconds,
      double holeSeconds) {
    public SoundTrack {
      channels = List.copyOf(channels);
    }

    /** One that begins with the picture. */
    public static SoundTrack of(String encoder, int sampleRate, List<float[]> channels) {
      return new SoundTrack(encoder, sampleRate, channels, 0, 0, 0);
    }

    /** The same, later; earlier below 0. */
    public SoundTrack after(double seconds) {
      return new SoundTrack(encoder, sampleRate, channels, seconds, holeAtSeconds, holeSeconds);
    }

    /** The same with a time in which nothing was recorded. */
    public SoundTrack withHole(double atSeconds, double seconds) {
      return new SoundTrack(encoder, sampleRate, channels, startSeconds, atSeconds, seconds);
    }

    long hole(int sample) {
      return sample >= holeAtSeconds * sampleRate ? Math.round(holeSeconds * sampleRate) : 0;
    }
  }

  String codec = "";
  int width = 384;
  int height = 216;
  int rate = 30;
  int rateUnit = 1;
  int frames = 30;
  int clip = 1;
  String pixelFormat = "yuv420p";
  boolean fullRange;
  Colour colour = Colour.BT709;
  Scan scan = Scan.PROGRESSIVE;
  int rotation;
  boolean mirrored;
  int aspect = 1;
  int aspectUnit = 1;
  double startSeconds;
  boolean cover;
  final List<Long> times = new ArrayList<>();
  final List<SoundTrack> sounds = new ArrayList<>();

  /** The barcodes' clip. */
  public Footage clip(int id) {
    clip = id;
    return this;
  }

  /** Size as it is coded. */
  public Footage size(int codedWidth, int codedHeight) {
    width = codedWidth;
    height = codedHeight;
    return this;
  }

  /** {@code frames} of {@code rate / unit} per second. */
  public Footage frames(int count, int perSecond, int unit) {
    frames = count;
    rate = perSecond;
    rateUnit = unit;
    return this;
  }

  /**
   * One frame at each of these times, in milliseconds; the last is shown as long as the one before.
   */
  public Footage atMillis(List<Long> starts) {
    times.addAll(starts);
    frames = starts.size();
    return this;
  }

  /** libav's name of an encoder instead of the H.264 one. */
  public Footage codec(String encoder) {
    codec = encoder;
    return this;
  }

  /** libav's name, {@code yuv422p10le} for example. */
  public Footage pixels(String format) {
    pixelFormat = format;
    return this;
  }

  /** Black is 0 and white 255, instead of 16 and 235. */
  public Footage fullRange() {
    fullRange = true;
    return this;
  }

  public Footage colour(Colour coded) {
    colour = coded;
    return this;
  }

  public Footage scan(Scan fields) {
    scan = fields;
    return this;
  }

  /** A player must turn it clockwise by this to show it upright; a multiple of 90. */
  public Footage turnedBy(int degrees) {
    rotation = degrees;
    return this;
  }

  /** A player must swap left and right to show it as it was. */
  public Footage mirrored() {
    mirrored = true;
    return this;
  }

  /** The shape of a pixel, width to height. */
  public Footage pixelAspect(int wide, int high) {
    aspect = wide;
    aspectUnit = high;
    return this;
  }

  /** The container's time of the first frame. */
  public Footage startingAt(double seconds) {
    startSeconds = seconds;
    return this;
  }

  public Footage sound(SoundTrack track) {
    sounds.add(track);
    return this;
  }

  /** A still picture beside the moving one, before it in the file. */
  public Footage withCover() {
    cover = true;
    return this;
  }

  /** Writes the file; its ending names the container ({@code .mp4}, {@code .mov}, {@code .ts}…). */
  public void writeTo(Path file) throws IOException {
    try (FootageWriter writer = new FootageWriter(this, file)) {
      writer.write();
    }
  }

  int matrixCode() {
    return colour.matrix;
  }

  int rangeCode() {
    return fullRange ? avutil.AVCOL_RANGE_JPEG : avutil.AVCOL_RANGE_MPEG;
  }
}
