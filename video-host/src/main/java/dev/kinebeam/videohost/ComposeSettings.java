package dev.kinebeam.videohost;

import dev.kinebeam.composer.mezzanine.Profile;
import java.nio.file.Path;
import java.util.List;

/**
 * What a host needs that composes videos itself.
 *
 * @param bundles a bundle, or a folder with one for each exercise, named by its slug
 * @param mezzanines the cache directory of the render job
 * @param cacheBytes how big it may grow
 * @param ladder the qualities, the best first
 */
public record ComposeSettings(
    Path bundles, Path mezzanines, long cacheBytes, List<Profile> ladder) {
  /** What players are used to. */
  public static final List<Profile> USUAL_LADDER =
      List.of(Profile.FULL_HD, Profile.HD, Profile.SD_480, Profile.SD);

  public ComposeSettings {
    ladder = List.copyOf(ladder);
    if (ladder.isEmpty()) {
      throw new IllegalArgumentException("the ladder names no quality");
    }
  }
}
