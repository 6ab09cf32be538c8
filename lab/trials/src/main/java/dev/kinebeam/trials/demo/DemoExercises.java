package dev.kinebeam.trials.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.past.PastVideo;
import dev.kinebeam.trials.servers.ApiCaller;
import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The demo's exercises, entered and published over HTTP as the platform does it.
 *
 * @param platform the Core API's caller
 * @param bySlug as they were after they were entered
 */
record DemoExercises(ApiCaller platform, Map<String, Exercise> bySlug) {
  private static final String ALL = "/v1/admin/exercises";
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
  private static final Duration PUBLISHED_WITHIN = Duration.ofMinutes(15);
  private static final List<Map<String, String>> ROWS =
      List.of(
          row(SampleExercise.SLUG, "Lumbar detensioning", "Detensionări lombare"),
          row(DemoDatabase.SHORT_EXERCISE, "Diaphragm breathing", "Respirație diafragmatică"),
          row(DemoDatabase.BROKEN_EXERCISE, "Shoulder circles", "Cercuri cu umerii"),
          row("hip-bridge", "Hip bridge", "Podul"),
          row(DemoDatabase.FAILING_EXERCISE, "Wall slide", "Alunecări pe perete"),
          row("seated-knee-extension", "Seated knee extension", "Extensia genunchiului"));

  /** An exercise; {@code mediaId} is what players send for it. */
  record Exercise(UUID id, String mediaId, int assetVersion) {}

  private static Map<String, String> row(String slug, String english, String romanian) {
    Map<String, String> row = new LinkedHashMap<>();
    row.put("slug", slug);
    row.put("kind", "reps_based");
    row.put("display_name", english);
    row.put("ro", romanian);
    return row;
  }

  /** Enters them; those that are there stay as they are. */
  static DemoExercises enter(ApiCaller platform) throws IOException, InterruptedException {
    List<Map<String, Object>> rows = ROWS.stream().map(DemoExercises::imported).toList();
    JsonNode results =
        answer(
            platform.post(ALL + "/import", Map.of("exercises", rows), Map.of(), ANSWER_WITHIN),
            200);
    if (results.path("refused").asInt(-1) != 0) {
      throw new IOException("the Core API refused exercises: " + results);
    }
    Map<String, Exercise> entered = new LinkedHashMap<>();
    for (Map<String, String> row : ROWS) {
      entered.put(row.get("slug"), find(platform, row.get("slug"), row.get("display_name")));
    }
    return new DemoExercises(platform, entered);
  }

  private static Map<String, Object> imported(Map<String, String> row) {
    Map<String, Object> fields = new LinkedHashMap<>(row);
    fields.put("translations", Map.of("ro", Map.of("display_name", fields.remove("ro"))));
    return fields;
  }

  private static Exercise find(ApiCaller platform, String slug, String name)
      throws IOException, InterruptedException {
    String query = ALL + "?limit=200&q=" + URLEncoder.encode(name, StandardCharsets.UTF_8);
    for (JsonNode one : answer(platform.get(query, ANSWER_WITHIN), 200).path("exercises")) {
      if (one.path("slug").asText().equals(slug)) {
        return new Exercise(
            UUID.fromString(one.path("id").asText()),
            one.path("media_id").asText(),
            one.path("asset_version").asInt());
      }
    }
    throw new IOException("the exercise " + slug + " was entered and is not found by its name");
  }

  Exercise sample() {
    return bySlug.get(SampleExercise.SLUG);
  }

  String mediaId(String slug) {
    return bySlug.get(slug).mediaId();
  }

  /**
   * What was played in the past weeks: the prescribed video first.
   *
   * @param prescribed the sample's
   */
  List<PastVideo> played(PastVideo prescribed) {
    List<PastVideo> videos = new ArrayList<>(List.of(prescribed));
    for (Map<String, String> row : ROWS) {
      String slug = row.get("slug");
      if (!slug.equals(SampleExercise.SLUG)) {
        videos.add(PastVideo.whole(slug, mediaId(slug), 45 + 15.0 * videos.size()));
      }
    }
    return videos;
  }

  /** The one of the {@code played} whose file is broken now. */
  PastVideo failing(List<PastVideo> played) {
    return played.stream()
        .filter(video -> video.slug().equals(DemoDatabase.FAILING_EXERCISE))
        .findFirst()
        .orElseThrow();
  }

  /** Makes the sample's changed primitives the next asset version. */
  void bump() throws IOException, InterruptedException {
    HttpResponse<String> bumped =
        platform.post(
            ALL + "/" + SampleExercise.SLUG + "/asset-version/bump",
            Map.of(),
            Map.of(),
            ANSWER_WITHIN);
    if (bumped.statusCode() != 200) {
      answer(bumped, 202);
    }
  }

  /** Orders the sample's previews; one that is published stays as it is. */
  void publish() throws IOException, InterruptedException {
    HttpResponse<String> begun =
        platform.post(ofSample() + "/publish", Map.of(), Map.of(), ANSWER_WITHIN);
    if (begun.statusCode() != 200) {
      answer(begun, 202);
    }
  }

  /**
   * Waits until the sample is published.
   *
   * @throws IOException when its preview cannot be made, or not in time
   */
  void awaitPublished() throws Exception {
    Await.until("the sample is published", PUBLISHED_WITHIN, this::isPublished);
  }

  private boolean isPublished() throws IOException, InterruptedException {
    JsonNode present = answer(platform.get(ofSample(), ANSWER_WITHIN), 200);
    String status = present.path("status").asText();
    if (status.equals("draft")) {
      throw new IOException("the sample cannot be published: " + present.path("publish_error"));
    }
    return status.equals("published");
  }

  private String ofSample() {
    return ALL + "/" + sample().id();
  }

  /** Whether a patient finds the sample by its name, with an address to play it. */
  boolean isFoundBy(String patientToken) throws IOException, InterruptedException {
    JsonNode found =
        answer(
            platform
                .as(patientToken)
                .get("/v1/portal/exercises?language=ro&q=detensionari", ANSWER_WITHIN),
            200);
    return found.path("exercises").size() == 1
        && found.at("/exercises/0/slug").asText().equals(SampleExercise.SLUG)
        && found.at("/exercises/0").hasNonNull("playback_hls_url");
  }

  /**
   * The body of an answer.
   *
   * @throws IOException when it has another status
   */
  static JsonNode answer(HttpResponse<String> response, int status) throws IOException {
    if (response.statusCode() != status) {
      throw new IOException(
          "%s answered %d: %s"
              .formatted(response.uri().getPath(), response.statusCode(), response.body()));
    }
    return Json.MAPPER.readTree(response.body());
  }
}
