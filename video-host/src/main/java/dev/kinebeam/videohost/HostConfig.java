package dev.kinebeam.videohost;

import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.http.HttpLimits;
import dev.kinebeam.web.server.ListenAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the video host is run with. Printing it shows no secret.
 *
 * @param keys of publishers and of playback addresses
 * @param mezzanines the bucket of videos and mezzanines
 * @param assets the bucket of the primitives, to make lost mezzanines again; may be empty
 * @param cache what is kept on this machine
 */
public record HostConfig(
    ListenAddress listen,
    HttpLimits limits,
    Keys keys,
    ObjectStoreSettings mezzanines,
    Optional<ObjectStoreSettings> assets,
    CacheFolder cache) {
  /**
   * The two keys.
   *
   * @param api what publishers present
   * @param token what playback addresses are signed with
   */
  public record Keys(Secret api, Secret token) {}

  /**
   * A folder that may be lost: all in it is in the bucket or can be made again.
   *
   * @param mezzanines may be the folder of a render job on the same machine
   * @param folder for the rest
   * @param mezzanineBytes how big the mezzanines may grow
   */
  public record CacheFolder(Path folder, Path mezzanines, long mezzanineBytes) {}
}
