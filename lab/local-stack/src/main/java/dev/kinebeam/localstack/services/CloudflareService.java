package dev.kinebeam.localstack.services;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.localstack.cloudflare.CloudflareStandInMain;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.programs.process.JavaProgram;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Masked;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The stand-in for Cloudflare Stream as a program of its own, beside a local stack. Its signing key
 * and the secret of its notifications are fetched from its API, as from the real service's. Holds
 * secrets: not to be logged ({@code toString} hides them).
 */
public final class CloudflareService implements AutoCloseable {
  private static final String ACCOUNT = "kinebeam";
  private static final int LONGEST_ANSWER = 4 << 20;

  private final HttpClient http = HttpClient.newHttpClient();
  private final StackSettings settings;
  private final String apiToken;
  private final int port;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private JavaService service;

  private CloudflareService(StackSettings settings, String apiToken, JavaService service) {
    this.settings = settings;
    this.apiToken = apiToken;
    this.service = service;
    this.port = service.report().port();
  }

  /**
   * Starts it on a free port.
   *
   * @param settings of the stack beside which it runs, with where notifications go
   */
  public static CloudflareService start(StackSettings settings) throws IOException {
    String token = Secrets.random();
    CloudflareService started = new CloudflareService(settings, token, start(settings, token, "0"));
    try {
      started.setUp(settings.webhook());
      return started;
    } catch (IOException e) {
      started.close();
      throw e;
    }
  }

  private static JavaService start(StackSettings settings, String token, String port)
      throws IOException {
    Path data = Folders.createPrivate(settings.dataDir().resolve(CloudflareStandInMain.NAME));
    return JavaService.start(
        new JavaProgram(
            CloudflareStandInMain.NAME,
            System.getProperty("java.class.path"),
            CloudflareStandInMain.class.getName(),
            Launcher.smallJvm("96m"),
            List.of("--port", port, "--data-dir", data.toString()),
            Map.of("CLOUDFLARE_STREAM_ACCOUNT", ACCOUNT, "CLOUDFLARE_STREAM_TOKEN", token)),
        settings);
  }

  private void setUp(Optional<URI> webhook) throws IOException {
    JsonNode key = call("POST", "keys", Map.of());
    environment.put("CLOUDFLARE_STREAM_BASE_URL", address() + "/client/v4");
    environment.put("CLOUDFLARE_STREAM_ACCOUNT", ACCOUNT);
    environment.put("CLOUDFLARE_STREAM_TOKEN", apiToken);
    environment.put("CLOUDFLARE_STREAM_CUSTOMER_CODE", address().toString());
    environment.put("CLOUDFLARE_STREAM_SIGNING_KEY_ID", key.path("id").asText());
    environment.put("CLOUDFLARE_STREAM_SIGNING_KEY", key.path("jwk").asText());
    if (webhook.isPresent()) {
      announceTo(webhook.get());
    }
  }

  /** Has notifications sent to this address; their secret is in the environment then. */
  public void announceTo(URI webhook) throws IOException {
    JsonNode subscribed = call("PUT", "webhook", Map.of("notificationUrl", webhook.toString()));
    environment.put("CLOUDFLARE_STREAM_WEBHOOK_SECRET", subscribed.path("secret").asText());
  }

  /**
   * Orders misbehaviour, replacing the order before.
   *
   * @param faults by the names of {@code cloudflare.Faults.Order}; none of those that are left out
   */
  public void order(Map<String, Object> faults) throws IOException {
    call("POST", "faults", faults);
  }

  /** Its videos as its API shows them, the newest first, at most a thousand. */
  public List<JsonNode> videos() throws IOException {
    List<JsonNode> videos = new ArrayList<>();
    call("GET", "", BodyPublishers.noBody()).forEach(videos::add);
    return videos;
  }

  /** One of them. */
  public JsonNode video(String uid) throws IOException {
    return call("GET", "/" + uid, BodyPublishers.noBody());
  }

  private JsonNode call(String method, String path, Map<String, ?> body) throws IOException {
    return call(method, "/" + path, BodyPublishers.ofByteArray(Json.bytes(body)));
  }

  private JsonNode call(String method, String path, BodyPublisher body) throws IOException {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(address() + "/client/v4/accounts/" + ACCOUNT + "/stream" + path))
            .header("Authorization", "Bearer " + apiToken)
            .method(method, body)
            .build();
    try {
      HttpResponse<String> answer = http.send(request, BoundedBody.text(LONGEST_ANSWER));
      JsonNode envelope = Json.MAPPER.readTree(answer.body());
      if (!envelope.path("success").asBoolean()) {
        throw new IOException(path + " was answered " + answer.statusCode() + " " + envelope);
      }
      return envelope.path("result");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while " + path + " was called");
    }
  }

  /** Where its API and its videos are. */
  public URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** What programs are configured for it by. */
  public Map<String, String> environment() {
    return Map.copyOf(environment);
  }

  /** Kills the program and starts it anew on its data and its port. */
  public void restart() throws IOException {
    service.kill();
    service = start(settings, apiToken, Integer.toString(port));
  }

  @Override
  public void close() throws IOException {
    service.stop();
  }

  @Override
  public String toString() {
    return "Cloudflare Stream at " + Masked.address(address());
  }
}
