package dev.kinebeam.trials.bench.order;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.trials.browser.ChromiumProgram;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;

/**
 * A page of an origin of its own that orders renders and plays each with hls.js until its first
 * frame is shown. Chromium opens it.
 */
final class PicturePage implements AutoCloseable {
  private static final String WEBJAR = "/META-INF/maven/org.webjars.npm/hls.js/pom.properties";
  private static final String SCRIPT = "/META-INF/resources/webjars/hls.js/%s/dist/hls.min.js";
  private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
  private static final String JSON = "application/json";

  private final Server server =
      new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
  private final byte[] page = resource("/bench-order/page.html");
  private final byte[] script = resource(SCRIPT.formatted(version()));
  private volatile byte[] work = new byte[0];
  private volatile CompletableFuture<JsonNode> result = new CompletableFuture<>();

  private PicturePage() throws IOException {
    server.setHandler(
        new Handler.Abstract() {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            return answer(request, response, callback);
          }
        });
  }

  static PicturePage start() throws IOException {
    PicturePage page = new PicturePage();
    try {
      page.server.start();
      return page;
    } catch (Exception e) { // what Jetty declares
      page.close();
      throw new IOException("the page's server does not start", e);
    }
  }

  /** Where its pages come from, as browsers name it. */
  String origin() {
    return "http://127.0.0.1:" + server.getURI().getPort();
  }

  private boolean answer(Request request, Response response, Callback callback) throws IOException {
    switch (Request.getPathInContext(request)) {
      case "/" -> send(response, "text/html; charset=utf-8", page, callback);
      case "/hls.js" -> send(response, JAVASCRIPT, script, callback);
      case "/work" -> send(response, JSON, work, callback);
      case "/result" -> {
        result.complete(Json.MAPPER.readTree(Content.Source.asString(request, UTF_8)));
        callback.succeeded();
      }
      default -> {
        return false;
      }
    }
    return true;
  }

  private static void send(Response response, String type, byte[] bytes, Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
    response.write(true, ByteBuffer.wrap(bytes), callback);
  }

  /**
   * Orders and plays, one recipe after the other.
   *
   * @return milliseconds from each order until its first picture was shown
   * @throws IOException when one is not shown, or Chromium does not report {@code within} a time
   */
  List<Double> play(URI gateway, String token, List<Recipe> recipes, Duration within)
      throws IOException, InterruptedException {
    work =
        Json.bytes(
            Map.of(
                "gateway", gateway.toString(),
                "token", token,
                "recipes", recipes.stream().map(Recipe::toJson).toList()));
    result = new CompletableFuture<>();
    Path profile = Files.createTempDirectory("kinebeam-chromium");
    Process chromium = chromium(profile);
    try {
      JsonNode reported = result.get(within.toSeconds(), TimeUnit.SECONDS);
      if (reported.has("failure")) {
        throw new IOException("the page says: " + reported.get("failure").textValue());
      }
      List<Double> milliseconds = new ArrayList<>();
      reported.get("milliseconds").forEach(one -> milliseconds.add(one.doubleValue()));
      return milliseconds;
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("Chromium has reported nothing within " + within.toSeconds() + " s", e);
    } finally {
      chromium.descendants().forEach(ProcessHandle::destroyForcibly);
      chromium.destroyForcibly().waitFor();
      Folders.delete(profile);
    }
  }

  private Process chromium(Path profile) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(ChromiumProgram.find().toString());
    command.add("--headless=new");
    command.addAll(ChromiumProgram.FLAGS);
    command.add("--user-data-dir=" + profile);
    command.add(origin() + "/");
    return new ProcessBuilder(command)
        .redirectInput(new File("/dev/null"))
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start();
  }

  private static String version() throws IOException {
    Properties webjar = new Properties();
    try (InputStream in = PicturePage.class.getResourceAsStream(WEBJAR)) {
      if (in == null) {
        throw new IOException("hls.js is not on the class path");
      }
      webjar.load(in);
    }
    return webjar.getProperty("version");
  }

  private static byte[] resource(String name) throws IOException {
    try (InputStream in = PicturePage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IOException(name + " is not on the class path");
      }
      return in.readAllBytes();
    }
  }

  @Override
  public void close() throws IOException {
    try {
      server.stop();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the page's server was stopping", e);
    } catch (Exception e) { // what Jetty declares
      throw new IOException("the page's server did not stop", e);
    }
  }
}
