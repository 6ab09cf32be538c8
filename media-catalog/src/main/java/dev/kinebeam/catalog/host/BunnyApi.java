package dev.kinebeam.catalog.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;

/** Bunny Stream's HTTP calls, each tried once. Fields that we do not know are ignored. */
final class BunnyApi {
  private static final int PER_PAGE = 100;
  private static final int NOT_FOUND = 404;
  private static final int TOO_MANY = 429;
  private static final int SERVER_TROUBLE = 500;
  private static final Duration CONNECT = Duration.ofSeconds(5);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** The slowest line on which an upload may still end well. */
  private static final long SLOWEST_BYTES_PER_SECOND = 128 * 1024;

  /** Bunny's names are camelCase. */
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();
  private final String library;
  private final String apiKey;
  private final Duration answerWithin;
  private final Duration bodyWithin;

  BunnyApi(BunnyStreamSettings settings) {
    this(settings, ANSWER, ANSWER);
  }

  /**
   * The same with other limits.
   *
   * @param answerWithin for the head of an answer, beside what an upload takes
   * @param bodyWithin for its body, beyond that
   */
  BunnyApi(BunnyStreamSettings settings, Duration answerWithin, Duration bodyWithin) {
    this.library = settings.baseUrl() + "/library/" + settings.libraryId();
    this.apiKey = settings.apiKey();
    this.answerWithin = answerWithin;
    this.bodyWithin = bodyWithin;
  }

  /** A collection; names are not unique. */
  record Collection(String guid, String name) {}

  private record Page(int totalItems, List<JsonNode> items) {}

  /**
   * Returns when the API has answered, whatever the answer to a small request is.
   *
   * @throws VideoHostException.Unavailable when it has not
   */
  void requireAnswer() throws VideoHostException {
    try {
      send(get("/videos?page=1&itemsPerPage=1"));
    } catch (VideoHostException.Refused | VideoHostException.Missing answered) {
      return;
    }
  }

  BunnyVideo video(String guid) throws VideoHostException {
    return read(send(get("/videos/" + guid)), BunnyVideo.class);
  }

  /** The videos of a collection whose title is exactly this. */
  List<BunnyVideo> videosTitled(String title, String collectionId) throws VideoHostException {
    return pages(
        "/videos",
        Map.of("search", title, "collection", collectionId),
        BunnyVideo.class,
        video -> title.equals(video.title()));
  }

  BunnyVideo create(String title, String collectionId) throws VideoHostException {
    Map<String, String> body = Map.of("title", title, "collectionId", collectionId);
    return read(send(post("/videos", body)), BunnyVideo.class);
  }

  /** Streams the file; never holds it in memory. */
  void upload(String guid, Path file) throws VideoHostException {
    send(put("/videos/" + guid, file));
  }

  void delete(String guid) throws VideoHostException {
    send(request("/videos/" + guid).DELETE().timeout(answerWithin));
  }

  List<Collection> collectionsNamed(String name) throws VideoHostException {
    return pages(
        "/collections",
        Map.of("search", name),
        Collection.class,
        collection -> name.equals(collection.name()));
  }

  Collection createCollection(String name) throws VideoHostException {
    return read(send(post("/collections", Map.of("name", name))), Collection.class);
  }

  private <T> List<T> pages(
      String path, Map<String, String> query, Class<T> type, Predicate<T> wanted)
      throws VideoHostException {
    List<T> found = new ArrayList<>();
    for (int number = 1; ; number++) {
      Map<String, String> parameters = new LinkedHashMap<>(query);
      parameters.put("page", Integer.toString(number));
      parameters.put("itemsPerPage", Integer.toString(PER_PAGE));
      Page page = read(send(get(path + "?" + encoded(parameters))), Page.class);
      List<JsonNode> items = page.items() == null ? List.of() : page.items();
      for (JsonNode item : items) {
        T candidate = JSON.convertValue(item, type);
        if (wanted.test(candidate)) {
          found.add(candidate);
        }
      }
      if (items.isEmpty() || (long) number * PER_PAGE >= page.totalItems()) {
        return found;
      }
    }
  }

  private HttpRequest.Builder get(String path) {
    return request(path).GET().timeout(answerWithin);
  }

  private HttpRequest.Builder post(String path, Map<String, String> body) {
    try {
      return request(path)
          .header("Content-Type", "application/json")
          .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)))
          .timeout(answerWithin);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of strings is always JSON", e);
    }
  }

  private HttpRequest.Builder put(String path, Path file) throws VideoHostException {
    try {
      BodyPublisher body = BodyPublishers.ofFile(file);
      return request(path)
          .header("Content-Type", "application/octet-stream")
          .PUT(body)
          .timeout(answerWithin.plusSeconds(Files.size(file) / SLOWEST_BYTES_PER_SECOND));
    } catch (FileNotFoundException e) {
      throw new VideoHostException.Missing("there is no file " + file + " to upload");
    } catch (IOException e) {
      throw new VideoHostException.Unavailable("cannot read " + file, e);
    }
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(library + path))
        .header("AccessKey", apiKey)
        .header("Accept", "application/json");
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder builder) throws VideoHostException {
    HttpRequest request = builder.build();
    String call = request.method() + " " + request.uri().getPath();
    try {
      return checked(call, answered(request));
    } catch (VideoHostException e) {
      throw e;
    } catch (IOException e) {
      throw new VideoHostException.Unavailable("no answer to " + call + ": " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new VideoHostException.Unavailable("interrupted during " + call, e);
    }
  }

  /** The request's own limit ends when the answer's head has come; a body may stall after it. */
  private HttpResponse<byte[]> answered(HttpRequest request)
      throws IOException, InterruptedException {
    Duration limit = request.timeout().orElse(answerWithin).plus(bodyWithin);
    CompletableFuture<HttpResponse<byte[]>> answer =
        http.sendAsync(request, BodyHandlers.ofByteArray());
    try {
      return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("it did not come whole within " + limit.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IOException(e.getCause().toString(), e.getCause());
    } finally {
      answer.cancel(true);
    }
  }

  private static HttpResponse<byte[]> checked(String call, HttpResponse<byte[]> answer)
      throws VideoHostException {
    int status = answer.statusCode();
    if (status >= 200 && status < 300) {
      return answer;
    }
    String message = "%s was answered %d: %s".formatted(call, status, shortened(answer.body()));
    if (status == NOT_FOUND) {
      throw new VideoHostException.Missing(message);
    }
    if (status == TOO_MANY || status >= SERVER_TROUBLE) {
      throw new VideoHostException.Unavailable(message, retryAfter(answer));
    }
    throw new VideoHostException.Refused(message, status);
  }

  private static Optional<Duration> retryAfter(HttpResponse<?> answer) {
    return answer
        .headers()
        .firstValue("Retry-After")
        .flatMap(value -> RetryAfter.parse(value, hostsClock(answer)));
  }

  private static Instant hostsClock(HttpResponse<?> answer) {
    return answer.headers().firstValue("Date").flatMap(RetryAfter::date).orElseGet(Instant::now);
  }

  private static <T> T read(HttpResponse<byte[]> answer, Class<T> type) throws VideoHostException {
    try {
      return JSON.readValue(answer.body(), type);
    } catch (IOException e) {
      throw new VideoHostException.Refused(
          "an answer that is not what the API promises: " + shortened(answer.body()),
          answer.statusCode());
    }
  }

  private static String shortened(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8).strip();
    return text.length() > 200 ? text.substring(0, 200) + "…" : text;
  }

  private static String encoded(Map<String, String> parameters) {
    StringBuilder query = new StringBuilder();
    parameters.forEach(
        (name, value) ->
            query
                .append(query.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return query.toString();
  }
}
