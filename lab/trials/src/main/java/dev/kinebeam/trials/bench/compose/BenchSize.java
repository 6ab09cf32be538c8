package dev.kinebeam.trials.bench.compose;

import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.sample.SampleExercise;
import java.util.List;

/**
 * How big the bench's exercise is.
 *
 * @param ladder what HLS is composed in; the first is the shape of the renders
 */
public record BenchSize(String name, SampleExercise exercise, List<Profile> ladder) {
  public static final BenchSize FULL =
      new BenchSize(
          "full",
          SampleExercise.full(),
          List.of(Profile.FULL_HD, Profile.HD, Profile.SD_480, Profile.SD));
  public static final BenchSize SMALL =
      new BenchSize("small", SampleExercise.small(), List.of(Profile.TINY));

  /**
   * The size of this name.
   *
   * @throws IllegalArgumentException naming the flag when there is none
   */
  public static BenchSize parse(String name) {
    return switch (name) {
      case "full" -> FULL;
      case "small" -> SMALL;
      default ->
          throw new IllegalArgumentException("--size is " + name + "; it must be full or small");
    };
  }

  /** The shape of the renders. */
  public Profile profile() {
    return ladder.get(0);
  }
}
