package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.libav.Libav;
import dev.kinebeam.composer.libav.VideoFormat;
import java.util.Arrays;
import java.util.stream.Collectors;

/** The shapes of picture that we compose in. Mezzanines of one profile never mix with another's. */
public enum Profile {
  FULL_HD("1080p", new VideoFormat(1920, 1080, 23, 8_000_000)),
  HD("720p", new VideoFormat(1280, 720, 23, 4_000_000)),
  SD_480("480p", new VideoFormat(854, 480, 23, 2_400_000)),
  SD("360p", new VideoFormat(640, 360, 23, 1_500_000)),
  /** For tests and drafts. */
  TINY("216p", new VideoFormat(384, 216, 23, 1_000_000));

  /** To be raised whenever the way of normalising changes what comes out. */
  private static final int GENERATION = 3;

  private final String label;
  private final VideoFormat format;

  Profile(String label, VideoFormat format) {
    this.label = label;
    this.format = format;
  }

  /** The profile of that name ({@code 1080p}); refused with the list of names. */
  public static Profile parse(String label) {
    return Arrays.stream(values())
        .filter(profile -> profile.label.equals(label))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no profile " + label + "; there is " + labels()));
  }

  private static String labels() {
    return Arrays.stream(values()).map(Profile::label).collect(Collectors.joining(", "));
  }

  public String label() {
    return label;
  }

  public VideoFormat format() {
    return format;
  }

  /** Names everything that a mezzanine's bytes depend on, beside its source. */
  String version() {
    return String.join(
        "-",
        "v" + GENERATION,
        label,
        format.width() + "x" + format.height(),
        "crf" + format.crf(),
        "max" + format.maxBitRate() / 1000,
        Libav.h264Encoder(),
        Libav.fileSafeVersion());
  }
}
