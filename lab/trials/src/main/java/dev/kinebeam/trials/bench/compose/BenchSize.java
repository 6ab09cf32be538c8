package dev.kinebeam.trials.bench.compose;

import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.sample.SampleExercise;
import java.util.List;

/**
 * How big the bench's exercise is.
 *
 * @param ladder what HLS is composed in; the first is the shape of the renders
 */
record BenchSize(String name, SampleExercise exercise, List<Profile> ladder) {
  static final BenchSize FULL =
      new BenchSize(
          "full",
          SampleExercise.full(),
          List.of(Profile.FULL_HD, Profile.HD, Profile.SD_480, Profile.SD));
  static final BenchSize SMALL =
      new BenchSize("small", SampleExercise.small(), List.of(Profile.TINY));

  Profile profile() {
    return ladder.get(0);
  }
}
