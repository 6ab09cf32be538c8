package dev.kinebeam.catalog.host;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.program.config.Environment;
import dev.kinebeam.program.observability.Dependencies;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The video hosts that a program is configured for, by the names that rows give them: a row's video
 * stays at the host that it was published to, whatever host takes new ones.
 */
public final class VideoHosts {
  private static final String FOR_NEW = "VIDEO_HOST";

  private final Map<String, VideoHost> hosts;
  private final Optional<String> forNew;

  private VideoHosts(Map<String, VideoHost> hosts, Optional<String> forNew) {
    this.hosts = hosts;
    this.forNew = forNew;
  }

  /**
   * The settings of the hosts that an environment names.
   *
   * @param forNew which of them takes new videos, by {@code VIDEO_HOST}
   */
  public record Settings(
      Optional<OwnHostSettings> own,
      Optional<BunnyStreamSettings> bunny,
      Optional<CloudflareStreamSettings> cloudflare,
      Optional<String> forNew) {
    /**
     * From {@code VIDEO_HOST} ({@code own}, {@code bunny} or {@code cloudflare}), {@code
     * VIDEO_HOST_URL} and so on, {@code BUNNY_STREAM_…} and {@code CLOUDFLARE_STREAM_…}.
     *
     * @throws IllegalArgumentException naming the variable that is missing or wrong
     */
    public static Settings fromEnvironment(Map<String, String> variables) {
      Environment env = Environment.of(variables);
      Settings settings =
          new Settings(
              OwnHostSettings.fromEnvironment(variables),
              BunnyStreamSettings.cdn(env)
                  .map(named -> BunnyStreamSettings.fromEnvironment(variables)),
              CloudflareStreamSettings.playback(env)
                  .map(named -> CloudflareStreamSettings.fromEnvironment(variables)),
              env.optional(FOR_NEW));
      settings.check();
      return settings;
    }

    /**
     * As {@link #fromEnvironment}; empty where no host is named.
     *
     * @throws IllegalArgumentException naming the variable that is missing or wrong
     */
    public static Optional<Settings> ifNamed(Map<String, String> variables) {
      return playedFrom(Environment.of(variables)).isEmpty()
          ? Optional.empty()
          : Optional.of(fromEnvironment(variables));
    }

    /** These settings with a token of Cloudflare Stream that is asked for at each call. */
    public Settings withCloudflareToken(Supplier<Optional<String>> token) {
      return new Settings(
          own, bunny, cloudflare.map(account -> account.withApiToken(token)), forNew);
    }

    private void check() {
      if (names().isEmpty()) {
        throw new IllegalArgumentException(
            "no video host is named; set VIDEO_HOST_URL for our own,"
                + " BUNNY_STREAM_CDN_HOSTNAME for Bunny Stream,"
                + " or CLOUDFLARE_STREAM_CUSTOMER_CODE for Cloudflare Stream");
      }
      if (forNew.isPresent() && !names().contains(forNew.get())) {
        throw new IllegalArgumentException(
            FOR_NEW + " is " + forNew.get() + "; the hosts that are configured are " + names());
      }
    }

    private List<String> names() {
      List<String> names = new ArrayList<>();
      own.ifPresent(there -> names.add(OwnHost.NAME));
      bunny.ifPresent(there -> names.add(BunnyStream.NAME));
      cloudflare.ifPresent(there -> names.add(CloudflareStream.NAME));
      return names;
    }

    /**
     * The host for new videos.
     *
     * @throws IllegalArgumentException when none is named
     */
    public String requiredForNew() {
      return forNew.orElseThrow(
          () ->
              new IllegalArgumentException(
                  FOR_NEW + " is not set; set it to the host of new videos, one of " + names()));
    }

    /** Watches the APIs of all of them until closed. */
    public Dependencies.Watch watch(Dependencies dependencies, String waiting) {
      List<Dependencies.Watch> watches = new ArrayList<>();
      own.ifPresent(host -> watches.add(OwnHost.watch(host, dependencies, waiting)));
      bunny.ifPresent(host -> watches.add(BunnyStream.watch(host, dependencies, waiting)));
      cloudflare.ifPresent(
          host -> watches.add(CloudflareStream.watch(host, dependencies, waiting)));
      return () -> watches.forEach(Dependencies.Watch::close);
    }
  }

  /** Where players fetch videos, at every host that an environment names. */
  public static List<URI> playedFrom(Environment env) {
    return Stream.of(
            OwnHostSettings.playback(env),
            BunnyStreamSettings.cdn(env),
            CloudflareStreamSettings.playback(env))
        .flatMap(Optional::stream)
        .toList();
  }

  /**
   * Opens no connection yet.
   *
   * @param lock shared by all processes that publish
   * @param uploads the bucket of the mezzanines, through which files go to our own host
   */
  public static VideoHosts open(
      Settings settings, CollectionLock lock, Optional<ObjectStore> uploads) {
    Map<String, VideoHost> hosts = new LinkedHashMap<>();
    settings.own.ifPresent(own -> hosts.put(OwnHost.NAME, OwnHost.open(own, uploads)));
    settings.bunny.ifPresent(bunny -> hosts.put(BunnyStream.NAME, BunnyStream.open(bunny, lock)));
    settings.cloudflare.ifPresent(
        account -> hosts.put(CloudflareStream.NAME, CloudflareStream.open(account)));
    return new VideoHosts(hosts, settings.forNew);
  }

  /** For a process that publishes nothing. */
  public static VideoHosts open(Settings settings) {
    return open(settings, CollectionLock.ofThisProcess(), Optional.empty());
  }

  /** Every host that is configured. */
  public List<VideoHost> all() {
    return List.copyOf(hosts.values());
  }

  /** What rows call the hosts that are configured. */
  public Set<String> names() {
    return Set.copyOf(hosts.keySet());
  }

  /** The host of new videos; {@link Settings#requiredForNew} has checked that there is one. */
  public VideoHost forNew() {
    return named(forNew.orElseThrow());
  }

  /**
   * The host that a row names.
   *
   * @throws IllegalStateException when this program is not configured for it
   */
  public VideoHost named(String name) {
    VideoHost host = hosts.get(name);
    if (host == null) {
      throw new IllegalStateException(
          "a video is at the host %s, and this program is configured for %s only; set %s"
              .formatted(name, hosts.keySet(), namedBy(name)));
    }
    return host;
  }

  private static String namedBy(String host) {
    return switch (host) {
      case OwnHost.NAME -> OwnHostSettings.URL;
      case CloudflareStream.NAME -> CloudflareStreamSettings.CUSTOMER_CODE;
      default -> "BUNNY_STREAM_CDN_HOSTNAME";
    };
  }
}
