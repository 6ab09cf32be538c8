package dev.kinebeam.localstack.bunny;

import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.localstack.standin.VideoFolders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Bunny Stream as far as our clients use it: API and files on one port of 127.0.0.1. */
public final class BunnyStandIn implements AutoCloseable {
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int THREADS = 16;
  private static final int USUAL_BACKLOG = 0;

  /** The server would wait this long also when no request is being answered. */
  private static final int CLOSE_AFTER_SECONDS = 0;

  static {
    // Read once, when the server's classes are loaded. Headers and body are two writes: without it
    // the second may wait for the player's delayed acknowledgement of the first.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final HttpServer http;
  private final ExecutorService threads;
  private final Transcoder transcoder;
  private final Webhooks webhooks;

  private BunnyStandIn(
      HttpServer http, ExecutorService threads, Transcoder transcoder, Webhooks webhooks) {
    this.http = http;
    this.threads = threads;
    this.transcoder = transcoder;
    this.webhooks = webhooks;
  }

  /** Starts answering; half-finished videos of an earlier run are taken up again. */
  public static BunnyStandIn start(BunnySettings settings, InstantSource clock) throws IOException {
    VideoFolders<HostedVideo> videos =
        VideoFolders.open(
            settings.dataDir().resolve("videos"), HostedVideo.class, HostedVideo::guid);
    CollectionStore collections =
        CollectionStore.open(settings.dataDir().resolve("collections.json"));
    Faults faults = new Faults();
    Webhooks webhooks = new Webhooks(settings);
    Transcoder transcoder = new Transcoder(videos, webhooks, faults);
    Uploads uploads = new Uploads(videos, transcoder, faults);
    long library = settings.libraryId();
    HttpServer http =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), settings.port()),
            USUAL_BACKLOG);
    http.createContext(
        "/library/",
        new ApiHandler(
            settings,
            new VideoRoutes(library, videos, collections, uploads, clock),
            new CollectionRoutes(library, collections, videos),
            faults));
    http.createContext("/", new CdnHandler(videos, settings.tokenKey(), clock));
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    http.setExecutor(threads);
    http.start();
    transcoder.resumeAll();
    return new BunnyStandIn(http, threads, transcoder, webhooks);
  }

  /** The port it listens on. */
  public int port() {
    return http.getAddress().getPort();
  }

  /** Stops answering; what was not finished is taken up by the next start on the same data. */
  @Override
  public void close() {
    http.stop(CLOSE_AFTER_SECONDS);
    threads.shutdownNow();
    transcoder.close();
    webhooks.close();
  }
}
