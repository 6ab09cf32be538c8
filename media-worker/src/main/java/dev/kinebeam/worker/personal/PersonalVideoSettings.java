package dev.kinebeam.worker.personal;

import dev.kinebeam.catalog.host.CloudflareStream;
import dev.kinebeam.catalog.host.CloudflareStreamSettings;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.config.Environment;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * How a worker processes personal videos. Printing it shows no secret.
 *
 * @param originals the bucket of what was uploaded
 * @param hosts every one at which there may be personal videos
 * @param hostForNew the one that takes new ones
 * @param uploads the bucket through which files go to our own host
 * @param atOnce how many are copied or asked for at the same time; those that wait take no place
 * @param grace how long original and hosted video of failed and replaced ones stay
 */
public record PersonalVideoSettings(
    ObjectStoreSettings originals,
    VideoHosts.Settings hosts,
    String hostForNew,
    Optional<ObjectStoreSettings> uploads,
    int atOnce,
    Duration grace) {
  /** How many at once, unless it is set. */
  public static final int AT_ONCE = 4;

  private static final String BUCKET = "PERSONAL_VIDEOS_BUCKET";
  private static final String HOST = "PERSONAL_VIDEO_HOST";
  private static final String USUAL_HOST = CloudflareStream.NAME;

  /**
   * From {@code PERSONAL_VIDEOS_BUCKET}; empty where that is not set. New ones go to {@code
   * PERSONAL_VIDEO_HOST}: unless it is set, to Cloudflare where that is configured, and otherwise
   * to {@code VIDEO_HOST}. Cloudflare takes them only with a signing key, without which it would
   * publish them to everyone.
   *
   * @param uploads the bucket through which files go to our own host
   * @throws IllegalArgumentException naming the variable that is missing or wrong
   */
  public static Optional<PersonalVideoSettings> fromEnvironment(
      Map<String, String> env,
      Optional<VideoHosts.Settings> hosts,
      Optional<ObjectStoreSettings> uploads,
      int atOnce,
      Duration grace) {
    Optional<ObjectStoreSettings> bucket = bucket(env);
    if (bucket.isEmpty()) {
      return Optional.empty();
    }
    VideoHosts.Settings named =
        hosts.orElseThrow(
            () ->
                new IllegalArgumentException(
                    BUCKET + " is set, and no video host is named to copy its videos to"));
    return Optional.of(
        new PersonalVideoSettings(
            bucket.get(), named, host(Environment.of(env), named), uploads, atOnce, grace));
  }

  /** These settings with a token of Cloudflare Stream that is asked for at each call. */
  public PersonalVideoSettings withCloudflareToken(Supplier<Optional<String>> token) {
    return new PersonalVideoSettings(
        originals, hosts.withCloudflareToken(token), hostForNew, uploads, atOnce, grace);
  }

  /** The bucket of what was uploaded, by {@code PERSONAL_VIDEOS_BUCKET}. */
  public static Optional<ObjectStoreSettings> bucket(Map<String, String> env) {
    return Environment.of(env)
        .optional(BUCKET)
        .map(named -> ObjectStoreSettings.forBucket(env, named));
  }

  private static String host(Environment env, VideoHosts.Settings hosts) {
    Set<String> names = VideoHosts.open(hosts).names();
    String host =
        env.optional(HOST)
            .orElseGet(() -> names.contains(USUAL_HOST) ? USUAL_HOST : hosts.requiredForNew());
    if (!names.contains(host)) {
      throw new IllegalArgumentException(
          HOST + " is " + host + "; the hosts that are configured are " + names);
    }
    if (host.equals(CloudflareStream.NAME)
        && hosts.cloudflare().flatMap(CloudflareStreamSettings::signingKey).isEmpty()) {
      throw new IllegalArgumentException(
          "personal videos go to Cloudflare Stream, where everyone could play them without a"
              + " signing key; set CLOUDFLARE_STREAM_SIGNING_KEY_ID and"
              + " CLOUDFLARE_STREAM_SIGNING_KEY");
    }
    return host;
  }
}
