package dev.kinebeam.localstack.cloudflare;

import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.localstack.standin.VideoFolders;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Cloudflare Stream as far as our clients use it: API and files on one port of 127.0.0.1. */
public final class CloudflareStandIn implements AutoCloseable {
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
  private final ExecutorService threads = Executors.newFixedThreadPool(THREADS);
  private final Notifications notifications;
  private final Encoder encoder;
  private final Downloads downloads;
  private final ApiHandler api;

  private CloudflareStandIn(HttpServer http, CloudflareSettings settings, InstantSource clock)
      throws IOException {
    this.http = http;
    VideoFolders<StreamVideo> videos =
        VideoFolders.open(
            settings.dataDir().resolve("videos"), StreamVideo.class, StreamVideo::uid);
    Account account = Account.open(settings.dataDir().resolve("account.json"));
    Faults faults = new Faults();
    String address = "http://127.0.0.1:" + http.getAddress().getPort();
    VideoView view = new VideoView(address);
    this.notifications = new Notifications(account, view, faults, clock);
    this.encoder = new Encoder(videos, notifications, faults, clock);
    this.downloads = new Downloads(videos, encoder);
    Tus tus = new Tus(videos, encoder, faults, clock, address);
    this.api =
        new ApiHandler(
            settings,
            new StreamRoutes(videos, account, view, downloads, tus, clock),
            tus,
            faults,
            encoder);
    http.createContext("/client/", api);
    http.createContext("/tus/", api);
    http.createContext("/", new PlayerHandler(videos, account, clock));
    http.setExecutor(threads);
  }

  /** Starts answering; half-finished videos of an earlier run are taken up again. */
  public static CloudflareStandIn start(CloudflareSettings settings, InstantSource clock)
      throws IOException {
    HttpServer http =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), settings.port()),
            USUAL_BACKLOG);
    CloudflareStandIn standIn = new CloudflareStandIn(http, settings, clock);
    http.start();
    standIn.encoder.resumeAll();
    standIn.downloads.resumeAll();
    return standIn;
  }

  /** The port it listens on. */
  public int port() {
    return http.getAddress().getPort();
  }

  /** Stops answering; what was not finished is taken up by the next start on the same data. */
  @Override
  public void close() {
    api.close();
    http.stop(CLOSE_AFTER_SECONDS);
    threads.shutdownNow();
    downloads.close();
    encoder.close();
    notifications.close();
  }
}
