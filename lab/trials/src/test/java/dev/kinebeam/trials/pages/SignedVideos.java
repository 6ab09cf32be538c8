package dev.kinebeam.trials.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.bytedeco.ffmpeg.ffmpeg;
import org.bytedeco.javacpp.Loader;

/**
 * A video host and a gateway as pages meet them. Every video is the same 100 s of moving pictures
 * in segments of two seconds, at the signed addresses that our own host has; tokens can be refused
 * and files be missing. Events are kept as they were sent.
 */
final class SignedVideos implements AutoCloseable {
  static final int SECONDS = 100;
  static final int SEGMENT_SECONDS = 2;

  private static final Pattern SIGNED =
      Pattern.compile("/t/([^/]+)/v/([0-9a-f-]{36})/([a-z0-9.]+)");

  /** What was asked for. */
  record Request(String token, String video, String file) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Path folder;
  private final List<Request> requests = new CopyOnWriteArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final Set<String> refused = new HashSet<>();
  private final Set<String> missing = new HashSet<>();

  private SignedVideos(HttpServer server, Path folder) {
    this.server = server;
    this.folder = folder;
  }

  /** Makes the video in a folder, and serves it. */
  static SignedVideos start(Path folder) throws IOException, InterruptedException {
    draw(folder);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    SignedVideos videos = new SignedVideos(server, folder);
    server.setExecutor(videos.threads);
    server.createContext("/", videos::handle);
    server.start();
    return videos;
  }

  private static void draw(Path folder) throws IOException, InterruptedException {
    String program = Loader.load(ffmpeg.class);
    List<String> command = new ArrayList<>(List.of(program, "-v", "error", "-y"));
    command.addAll(
        List.of("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=10:duration=" + SECONDS));
    command.addAll(List.of("-f", "lavfi", "-i", "sine=frequency=300:duration=" + SECONDS));
    command.addAll(List.of("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"));
    command.addAll(List.of("-g", "20", "-keyint_min", "20", "-sc_threshold", "0", "-b:v", "80k"));
    command.addAll(List.of("-c:a", "aac", "-b:a", "32k", "-f", "hls"));
    command.addAll(List.of("-hls_time", "" + SEGMENT_SECONDS, "-hls_playlist_type", "vod"));
    command.addAll(List.of("-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "init.mp4"));
    command.addAll(List.of("-hls_segment_filename", folder + "/s%d.m4s", folder + "/video.m3u8"));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("LD_LIBRARY_PATH", Path.of(program).getParent().toString());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(output);
    }
    Files.writeString(
        folder.resolve("playlist.m3u8"),
        "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-STREAM-INF:BANDWIDTH=150000,RESOLUTION=320x180,"
            + "CODECS=\"avc1.42c00d,mp4a.40.2\"\nvideo.m3u8\n");
  }

  URI origin() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** What was asked for so far. */
  List<Request> requests() {
    return List.copyOf(requests);
  }

  /** The bodies of the batches of events that were sent so far. */
  List<String> events() {
    return List.copyOf(events);
  }

  /** From now on every token that was ever shown is refused, as one that has expired. */
  synchronized void expire() {
    requests.forEach(request -> refused.add(request.token()));
  }

  /** The segment at a moment of a video is not there, or there again. */
  synchronized void lose(String video, int seconds, boolean isLost) {
    String file = video + "/s" + seconds / SEGMENT_SECONDS + ".m4s";
    if (isLost) {
      missing.add(file);
    } else {
      missing.remove(file);
    }
  }

  /** No segment is missing any more. */
  synchronized void findAll() {
    missing.clear();
  }

  private void handle(HttpExchange exchange) throws IOException {
    exchange.getResponseHeaders().set("Access-Control-Allow-Origin", "*");
    exchange.getResponseHeaders().set("Access-Control-Allow-Headers", "*");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.getResponseHeaders().set("Timing-Allow-Origin", "*");
    Matcher signed = SIGNED.matcher(exchange.getRequestURI().getPath());
    if (exchange.getRequestMethod().equals("OPTIONS")) {
      send(exchange, 204, new byte[0]);
    } else if (signed.matches()) {
      play(exchange, new Request(signed.group(1), signed.group(2), signed.group(3)));
    } else {
      take(exchange);
    }
  }

  private void take(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    if ("gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"))) {
      try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(body))) {
        body = in.readAllBytes();
      }
    }
    events.add(new String(body, UTF_8));
    send(exchange, 202, "{}".getBytes(UTF_8));
  }

  private void play(HttpExchange exchange, Request request) throws IOException {
    requests.add(request);
    Path file = folder.resolve(request.file());
    int status = status(request, file);
    send(exchange, status, status == 200 ? Files.readAllBytes(file) : new byte[0]);
  }

  private synchronized int status(Request request, Path file) {
    if (refused.contains(request.token())) {
      return 403;
    }
    return missing.contains(request.video() + "/" + request.file()) || !Files.isRegularFile(file)
        ? 404
        : 200;
  }

  private static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
    try (exchange) {
      exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
      if (body.length > 0) {
        exchange.getResponseBody().write(body);
      }
    }
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
