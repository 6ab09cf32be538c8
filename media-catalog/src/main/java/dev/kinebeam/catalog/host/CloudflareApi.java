package dev.kinebeam.catalog.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kinebeam.schemas.UuidV5;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Cloudflare Stream's HTTP calls, each tried once. An answer of another form than the API's, or
 * longer than 8 MiB, counts as no answer.
 */
final class CloudflareApi {
  /** The most videos that a list has. */
  private static final int PER_PAGE = 1000;

  /** A host whose list has no end must not keep us. */
  private static final int MAX_PAGES = 20;

  private static final int LONGEST_CREATOR = 64;
  private static final UUID LONG_COLLECTIONS =
      UUID.fromString("8d1f1b0a-6d54-4f0e-8a3e-6f6f776e0002");

  private static final Duration ANSWER = Duration.ofSeconds(30);

  /** The statuses of an account that has too many videos in the queue. */
  private static final Set<Integer> OVER_CAPACITY = Set.of(413, HostHttp.TOO_MANY);

  private static final ObjectMapper JSON = new ObjectMapper();

  final HostHttp http;
  private final String stream;
  private final CloudflareStreamSettings settings;
  private final Duration answerWithin;

  CloudflareApi(CloudflareStreamSettings settings) {
    this(settings, ANSWER, ANSWER);
  }

  /**
   * The same with other limits.
   *
   * @param answerWithin for the head of an answer, beside what an upload takes
   * @param bodyWithin for its body, beyond that
   */
  CloudflareApi(CloudflareStreamSettings settings, Duration answerWithin, Duration bodyWithin) {
    this.settings = settings;
    this.stream = settings.baseUrl() + "/accounts/" + segment(settings.account()) + "/stream";
    this.answerWithin = answerWithin;
    this.http = new HostHttp(answerWithin, bodyWithin, OVER_CAPACITY);
  }

  /**
   * What a video is found by.
   *
   * @param title {@code meta.name}
   * @param collection {@code creator}
   */
  record Name(String title, String collection) {
    /** The API takes up to 64 characters. */
    String creator() {
      return collection.length() <= LONGEST_CREATOR
          ? collection
          : UuidV5.of(LONG_COLLECTIONS, collection).toString();
    }
  }

  /**
   * Returns when the API has answered, whatever the answer to a small request is.
   *
   * @throws VideoHostException.Unavailable when it has not
   */
  void requireAnswer() throws VideoHostException {
    try {
      http.send(get("/" + "0".repeat(32)));
    } catch (VideoHostException.Refused | VideoHostException.Missing answered) {
      return;
    }
  }

  CloudflareVideo video(String uid) throws VideoHostException {
    HostAnswer answer = result(get("/" + segment(uid)));
    CloudflareVideo video = CloudflareVideo.of(answer);
    if (!video.uid().equals(uid)) {
      throw answer.wrong("uid", uid);
    }
    return video;
  }

  /** The videos of exactly this name, the newest first. */
  List<CloudflareVideo> named(Name name) throws VideoHostException {
    List<CloudflareVideo> found = new ArrayList<>();
    Map<String, String> query = new LinkedHashMap<>();
    query.put("search", name.title());
    query.put("creator", name.creator());
    for (int number = 1; number <= MAX_PAGES; number++) {
      List<HostAnswer> page = enveloped(get("?" + encoded(query))).list("result");
      String last = "";
      for (HostAnswer item : page) {
        last = item.textIfAny("created");
        // The search finds parts of names, too.
        if (item.objectIfAny("meta").textIfAny("name").equals(name.title())) {
          found.add(CloudflareVideo.of(item));
        }
      }
      if (page.size() < PER_PAGE || last.isEmpty()) {
        return found;
      }
      query.put("before", last);
    }
    throw new VideoHostException.Unavailable(
        "the video host's list of %s has more than %d pages".formatted(name.title(), MAX_PAGES),
        Optional.empty());
  }

  /** Asks the host to fetch the video from an address. */
  CloudflareVideo copy(URI origin, Name name) throws VideoHostException {
    Map<String, Object> body =
        Map.of(
            "input", origin.toString(),
            "meta", Map.of("name", name.title()),
            "creator", name.creator(),
            "requireSignedURLs", requiresSignature());
    return CloudflareVideo.of(result(post("/copy", body)));
  }

  /** Whether only signed addresses play what is published. */
  boolean requiresSignature() {
    return settings.signingKey().isPresent();
  }

  void delete(String uid) throws VideoHostException {
    http.send(request("/" + segment(uid)).DELETE());
  }

  HttpRequest.Builder request(String path) {
    return request(URI.create(stream + path));
  }

  HttpRequest.Builder request(URI address) {
    return HttpRequest.newBuilder(address)
        .timeout(answerWithin)
        .header("Authorization", "Bearer " + settings.requiredApiToken())
        .header("Accept", "application/json");
  }

  private HttpRequest.Builder get(String path) {
    return request(path).GET();
  }

  private HttpRequest.Builder post(String path, Map<String, Object> body) {
    try {
      return request(path)
          .header("Content-Type", "application/json")
          .POST(BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body)));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("maps of strings are always JSON", e);
    }
  }

  private HostAnswer result(HttpRequest.Builder builder) throws VideoHostException {
    return enveloped(builder).object("result");
  }

  private HostAnswer enveloped(HttpRequest.Builder builder) throws VideoHostException {
    HttpResponse<byte[]> response = http.send(builder);
    HostAnswer answer = HostAnswer.parse(HostHttp.call(response.request()), response.body());
    answer.requireSuccess();
    return answer;
  }

  /** An id comes from tables of imports too, and must not become another path. */
  private static String segment(String id) {
    return URLEncoder.encode(id, UTF_8).replace("+", "%20").replace(".", "%2E");
  }

  private static String encoded(Map<String, String> parameters) {
    StringBuilder query = new StringBuilder();
    parameters.forEach(
        (name, value) ->
            query
                .append(query.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, UTF_8)));
    return query.toString();
  }
}
