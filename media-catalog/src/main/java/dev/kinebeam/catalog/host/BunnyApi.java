package dev.kinebeam.catalog.host;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Bunny Stream's HTTP calls, each tried once. An answer of another form than the API's, or longer
 * than 8 MiB, counts as no answer.
 */
final class BunnyApi {
  private static final int PER_PAGE = 100;

  /** A host whose list has no end must not keep us; ten thousand videos with one text in them. */
  private static final int MAX_PAGES = 100;

  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** The slowest line on which an upload may still end well. */
  private static final long SLOWEST_BYTES_PER_SECOND = 128 * 1024;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HostHttp http;
  private final String library;
  private final String apiKey;
  private final Duration answerWithin;

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
    this.http = new HostHttp(answerWithin, bodyWithin);
  }

  /** A collection; names are not unique. */
  record Collection(String guid, String name) {}

  /** An item of a list, if it is wanted. */
  @FunctionalInterface
  private interface Item<T> {
    Optional<T> read(HostAnswer answer) throws VideoHostException;
  }

  /**
   * Returns when the API has answered, whatever the answer to a small request is.
   *
   * @throws VideoHostException.Unavailable when it has not
   */
  void requireAnswer() throws VideoHostException {
    try {
      http.send(get("/videos?page=1&itemsPerPage=1"));
    } catch (VideoHostException.Refused | VideoHostException.Missing answered) {
      return;
    }
  }

  BunnyVideo video(String guid) throws VideoHostException {
    HostAnswer answer = answer(get("/videos/" + segment(guid)));
    BunnyVideo video = BunnyVideo.of(answer);
    if (!video.guid().equals(guid)) {
      throw answer.wrong("guid", guid);
    }
    return video;
  }

  /** The videos of a collection whose title is exactly this. */
  List<BunnyVideo> videosTitled(String title, String collectionId) throws VideoHostException {
    return pages(
        "/videos",
        Map.of("search", title, "collection", collectionId),
        item ->
            item.text("title").equals(title) ? Optional.of(BunnyVideo.of(item)) : Optional.empty());
  }

  BunnyVideo create(String title, String collectionId) throws VideoHostException {
    Map<String, String> body = Map.of("title", title, "collectionId", collectionId);
    return BunnyVideo.of(answer(post("/videos", body)));
  }

  /** Streams the file; never holds it in memory. */
  void upload(String guid, Path file) throws VideoHostException {
    answer(put("/videos/" + segment(guid), file)).requireSuccess();
  }

  void delete(String guid) throws VideoHostException {
    answer(request("/videos/" + segment(guid)).DELETE().timeout(answerWithin)).requireSuccess();
  }

  List<Collection> collectionsNamed(String name) throws VideoHostException {
    return pages(
        "/collections",
        Map.of("search", name),
        item -> item.text("name").equals(name) ? Optional.of(collection(item)) : Optional.empty());
  }

  Collection createCollection(String name) throws VideoHostException {
    return collection(answer(post("/collections", Map.of("name", name))));
  }

  private static Collection collection(HostAnswer answer) throws VideoHostException {
    return new Collection(answer.id("guid"), answer.text("name"));
  }

  private <T> List<T> pages(String path, Map<String, String> query, Item<T> wanted)
      throws VideoHostException {
    List<T> found = new ArrayList<>();
    for (int number = 1; number <= MAX_PAGES; number++) {
      Map<String, String> parameters = new LinkedHashMap<>(query);
      parameters.put("page", Integer.toString(number));
      parameters.put("itemsPerPage", Integer.toString(PER_PAGE));
      HostAnswer page = answer(get(path + "?" + encoded(parameters)));
      List<HostAnswer> items = page.list("items");
      for (HostAnswer item : items) {
        wanted.read(item).ifPresent(found::add);
      }
      if (items.isEmpty() || (long) number * PER_PAGE >= page.number("totalItems")) {
        return found;
      }
    }
    throw new VideoHostException.Unavailable(
        "the video host's list of %s has more than %d pages".formatted(path, MAX_PAGES),
        Optional.empty());
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

  private HostAnswer answer(HttpRequest.Builder builder) throws VideoHostException {
    HttpResponse<byte[]> response = http.send(builder);
    return HostAnswer.parse(HostHttp.call(response.request()), response.body());
  }

  /** An id comes from tables of imports too, and must not become another path. */
  private static String segment(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8).replace("+", "%20").replace(".", "%2E");
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
