package dev.kinebeam.trials.servers;

import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** Calls one of the servers with JSON, with the token of one caller. */
public final class ApiCaller {
  private static final int LONGEST_ANSWER = 8 << 20;

  private final URI server;
  private final String token;
  private final HttpClient http;

  public ApiCaller(URI server, String token) {
    this(
        server,
        token,
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build());
  }

  private ApiCaller(URI server, String token, HttpClient http) {
    this.server = server;
    this.token = token;
    this.http = http;
  }

  /** Another caller of the same server. */
  public ApiCaller as(String otherToken) {
    return new ApiCaller(server, otherToken, http);
  }

  /**
   * The answer to {@code body}, whatever its status.
   *
   * @param headers beside the token's and the content's
   * @throws IOException when there is none within {@code timeout}
   */
  public HttpResponse<String> post(
      String path, Object body, Map<String, String> headers, Duration timeout)
      throws IOException, InterruptedException {
    return send("POST", path, body, headers, timeout);
  }

  /**
   * The answer to a PUT of {@code body}, whatever its status.
   *
   * @param headers beside the token's and the content's
   * @throws IOException when there is none within {@code timeout}
   */
  public HttpResponse<String> put(
      String path, Object body, Map<String, String> headers, Duration timeout)
      throws IOException, InterruptedException {
    return send("PUT", path, body, headers, timeout);
  }

  private HttpResponse<String> send(
      String method, String path, Object body, Map<String, String> headers, Duration timeout)
      throws IOException, InterruptedException {
    HttpRequest.Builder request =
        request(path, timeout)
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)));
    headers.forEach(request::header);
    return send(request);
  }

  /**
   * The answer to a GET, whatever its status.
   *
   * @throws IOException when there is none within {@code timeout}
   */
  public HttpResponse<String> get(String path, Duration timeout)
      throws IOException, InterruptedException {
    return send(request(path, timeout).GET());
  }

  /**
   * The answer to a DELETE, whatever its status.
   *
   * @throws IOException when there is none within {@code timeout}
   */
  public HttpResponse<String> delete(String path, Duration timeout)
      throws IOException, InterruptedException {
    return send(request(path, timeout).DELETE());
  }

  private HttpRequest.Builder request(String path, Duration timeout) {
    return HttpRequest.newBuilder(server.resolve(path))
        .timeout(timeout)
        .header("Authorization", "Bearer " + token);
  }

  private HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.build(), BoundedBody.text(LONGEST_ANSWER));
  }
}
