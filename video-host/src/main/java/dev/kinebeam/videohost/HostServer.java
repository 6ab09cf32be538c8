package dev.kinebeam.videohost;

import dev.kinebeam.composer.compose.EncodingLimit;
import dev.kinebeam.composer.lock.ProcessFolder;
import dev.kinebeam.composer.media.MediaChildren;
import dev.kinebeam.composer.mezzanine.Normalizer;
import dev.kinebeam.composer.mezzanine.PinnedMezzanines;
import dev.kinebeam.composer.mezzanine.Remaking;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.program.process.StartException;
import dev.kinebeam.web.auth.KeyAuthenticator;
import dev.kinebeam.web.http.Pages;
import dev.kinebeam.web.http.Route;
import dev.kinebeam.web.server.ServerFrame;
import dev.kinebeam.web.server.ServerMeters;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A running video host: everything that {@link HostConfig} names, wired and listening. All of its
 * state is in the bucket; what it keeps on this machine may be lost.
 */
public final class HostServer extends ServerFrame {
  private static final Identity IDENTITY = new Identity("video-host", "video host", 9404);

  /** A player that is two segments ahead can wait so long, and then ask again. */
  private static final Duration ENCODED_WITHIN = Duration.ofSeconds(2);

  /** Of the bytes of mezzanines, as many in files that were asked for. */
  private static final int SHARE_OF_ORIGINALS = 4;

  private final HostConfig config;
  private final InstantSource clock;

  private HostServer(HostConfig config, InstantSource clock) {
    super(IDENTITY, config.listen(), new ServerMeters("kinebeam.video.host", Map.of()));
    this.config = config;
    this.clock = clock;
  }

  /**
   * Starts a host.
   *
   * @throws StartException when it cannot start
   */
  public static HostServer start(HostConfig config) throws StartException {
    return start(config, InstantSource.system());
  }

  /** The same, by another clock for the expiry of addresses. */
  public static HostServer start(HostConfig config, InstantSource clock) throws StartException {
    HostServer server = new HostServer(config, clock);
    server.begin();
    return server;
  }

  @Override
  protected Interface open() {
    add(ObjectStore.watch(config.mezzanines(), dependencies, "publishing and playing", true));
    return () ->
        setup(
            config.limits(),
            budget(config.limits()),
            routes(),
            new KeyAuthenticator(config.keys().api()),
            Pages.ofInterface("video-host"));
  }

  private List<Route> routes() throws IOException {
    ObjectStore bucket = add(ObjectStore.open(config.mezzanines()));
    Optional<ObjectStore> assets = config.assets().map(named -> add(ObjectStore.open(named)));
    HostConfig.CacheFolder cache = config.cache();
    Path folder = cache.folder();
    ProcessFolder scratch = ProcessFolder.open(folder.resolve("scratch"));
    add(() -> close(scratch));
    Normalizer normalizer = Normalizer.within(Normalizer.Limits.fromEnvironment(System.getenv()));
    PinnedMezzanines mezzanines =
        new PinnedMezzanines(cache.mezzanines(), cache.mezzanineBytes(), bucket, Clock.systemUTC());
    VideoRecords videos = new VideoRecords(bucket);
    LostMezzanines lost =
        new LostMezzanines(
            new LostMezzanines.Sources(assets, bucket, videos),
            new Remaking(cache.mezzanines(), cache.mezzanineBytes(), normalizer, Clock.systemUTC()),
            mezzanines,
            scratch.path());
    EncodingLimit encoding =
        new EncodingLimit(Runtime.getRuntime().availableProcessors(), ENCODED_WITHIN);
    add(
        metrics.counter(
            "kinebeam_video_host_sound_pieces_encoded_total",
            "Pieces of sound that were encoded because they were not kept.",
            Map.of(),
            () -> (double) encoding.encoded()));
    Segments segments = add(new Segments(mezzanines, lost, encoding));
    Originals originals =
        add(
            new Originals(
                folder.resolve("originals"),
                cache.mezzanineBytes() / SHARE_OF_ORIGINALS,
                segments::write));
    Transcodes transcodes =
        add(
            new Transcodes(
                videos,
                bucket,
                scratch.path(),
                new UploadLadder(
                    mezzanines, cache, normalizer, add(MediaChildren.withDefaults()))));
    transcodes.resume();
    List<Route> routes = new ArrayList<>();
    routes.addAll(new ApiRoutes(videos, transcodes).routes());
    routes.addAll(
        new PlayerRoutes(videos, segments, originals, config.keys().token(), clock).routes());
    return routes;
  }

  private static void close(ProcessFolder scratch) {
    try {
      scratch.close();
    } catch (IOException e) {
      throw new UncheckedIOException("the folder " + scratch.path() + " stays behind", e);
    }
  }
}
