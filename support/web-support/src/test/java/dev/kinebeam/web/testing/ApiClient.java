package dev.kinebeam.web.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.zip.GZIPInputStream;

/** Calls a served interface over real HTTP; every answer is compared with its description. */
public abstract class ApiClient implements Closeable {
  private final Contract contract;
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** A client of the program that this document of {@code openapi/} describes. */
  protected ApiClient(String program) {
    this.contract = Contract.of(program);
  }

  /** Where the interface listens. */
  public abstract int port();

  /** The description that answers are compared with. */
  public Contract contract() {
    return contract;
  }

  /** An answer with its body read as JSON where it is JSON. */
  public record Answer(int status, JsonNode json, HttpResponse<byte[]> raw) {
    public String header(String name) {
      return raw.headers().firstValue(name).orElse("");
    }

    public String text() {
      return new String(raw.body(), UTF_8);
    }

    public JsonNode firstError() {
      return json.path("errors").path(0);
    }
  }

  public HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(Duration.ofSeconds(30));
  }

  public HttpRequest.Builder post(String path, String token, byte[] body) {
    return request(path)
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
  }

  public Answer send(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<byte[]> raw = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
    byte[] body = unpacked(raw);
    contract.check(raw, body);
    boolean json = raw.headers().firstValue("Content-Type").orElse("").contains("json");
    return new Answer(
        raw.statusCode(), json ? Json.MAPPER.readTree(body) : Json.MAPPER.nullNode(), raw);
  }

  private static byte[] unpacked(HttpResponse<byte[]> raw) throws IOException {
    if (raw.headers().firstValue("Content-Encoding").isEmpty()) {
      return raw.body();
    }
    try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(raw.body()))) {
      return in.readAllBytes();
    }
  }

  public Answer get(String path, String token) throws IOException, InterruptedException {
    return send(request(path).header("Authorization", "Bearer " + token).GET());
  }
}
