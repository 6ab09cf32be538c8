package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.libav.VideoFormat;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The shapes of picture that we compose in. Mezzanines of one profile never mix with another's. */
public enum Profile {
  FULL_HD("1080p", new VideoFormat(1920, 1080, 23, 8_000_000)),
  HD("720p", new VideoFormat(1280, 720, 23, 4_000_000)),
  SD_480("480p", new VideoFormat(854, 480, 23, 2_400_000)),
  SD("360p", new VideoFormat(640, 360, 23, 1_500_000)),
  /** For tests and drafts. */
  TINY("216p", new VideoFormat(384, 216, 23, 1_000_000));

  /** What players are used to, the best first. */
  private static final List<Profile> LADDER = List.of(FULL_HD, HD, SD_480, SD);

  private final Quality quality;

  Profile(String label, VideoFormat format) {
    this.quality = new Quality(label, format);
  }

  /** The profile of that name ({@code 1080p}); refused with the list of names. */
  public static Profile parse(String label) {
    return Arrays.stream(values())
        .filter(profile -> profile.label().equals(label))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("no profile " + label + "; there is " + labels()));
  }

  private static String labels() {
    return Arrays.stream(values()).map(Profile::label).collect(Collectors.joining(", "));
  }

  public String label() {
    return quality.label();
  }

  public VideoFormat format() {
    return quality.format();
  }

  public Quality quality() {
    return quality;
  }

  /** This quality and the lower ones of the usual ladder, the best first. */
  public List<Profile> ladder() {
    return Stream.concat(
            Stream.of(this),
            LADDER.stream().filter(lower -> lower.format().height() < format().height()))
        .toList();
  }
}
