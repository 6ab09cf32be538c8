package dev.kinebeam.trials.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.http.BoundedBody;
import dev.kinebeam.sample.libav.Footage;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.SentSession;
import dev.kinebeam.trials.servers.ApiCaller;
import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * An exercise that a specialist of the demo records for one patient, by the requests that the
 * recorder's page sends. A demo that is run again records it anew, which replaces the former video.
 */
final class DemoPersonalVideo {
  private static final String ROUTES = "/v2/personalized-exercise-videos";
  private static final String FEATURE = "therapistPersonalizedExerciseVideo";
  private static final String MP4 = "video/mp4";
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
  private static final Duration PLAYABLE_WITHIN = Duration.ofMinutes(3);
  private static final int LONGEST_ANSWER = 1 << 16;
  private static final int MOST_SESSIONS = 200;
  private static final int LENGTH_SECONDS = 30;
  private static final int FPS = 15;

  private final ApiCaller platform;
  private final String secret;
  private final Clock clock;
  private final Clinics.Patient patient;
  private final DemoExercises.Exercise exercise;
  private final Instant begun;
  private long id;
  private double seconds;
  private boolean comesFirst;
  private long hlsBytes;

  /**
   * A recording of an exercise for a patient.
   *
   * @param platform may switch features of clinics on
   * @param secret of the callers' tokens
   */
  DemoPersonalVideo(
      ApiCaller platform,
      String secret,
      Clock clock,
      Clinics.Patient patient,
      DemoExercises.Exercise exercise) {
    this.platform = platform;
    this.secret = secret;
    this.clock = clock;
    this.patient = patient;
    this.exercise = exercise;
    this.begun = clock.instant();
  }

  /**
   * Uploads a recording of half a minute, and waits until the worker has made it the one that
   * plays.
   *
   * @param folder for the file that is recorded
   * @throws IOException when it cannot be processed, or not in time
   */
  void record(Path folder) throws Exception {
    Path file = Files.createTempFile(folder, "recorded", ".mp4");
    try {
      new Footage().size(640, 360).frames(LENGTH_SECONDS * FPS, FPS, 1).writeTo(file);
      send(file);
    } finally {
      Files.delete(file);
    }
  }

  private void send(Path file) throws Exception {
    long started = System.nanoTime();
    switchOn();
    JsonNode upload =
        DemoExercises.answer(
            specialist()
                .post(
                    ROUTES + "/upload-url",
                    Map.of(
                        "patientId", patient.patientId().toString(),
                        "exerciseId", exercise.id().toString(),
                        "contentType", MP4),
                    Map.of(),
                    ANSWER_WITHIN),
            201);
    id = upload.path("id").asLong();
    put(URI.create(upload.path("uploadUrl").asText()), file);
    HttpResponse<String> complete =
        specialist()
            .post(ROUTES + "/" + id + "/upload-complete", Map.of(), Map.of(), ANSWER_WITHIN);
    if (complete.statusCode() >= 300) {
      throw new IOException(
          "upload-complete answered " + complete.statusCode() + ": " + complete.body());
    }
    Await.until("the personal video " + id + " plays", PLAYABLE_WITHIN, this::isPlayable);
    seconds = (System.nanoTime() - started) / 1e9;
  }

  private void switchOn() throws IOException, InterruptedException {
    String feature = "/v1/admin/organizations/" + patient.clinic().orgId() + "/features/" + FEATURE;
    HttpResponse<String> answer =
        platform.put(feature, Map.of("enabled", true), Map.of(), ANSWER_WITHIN);
    if (answer.statusCode() >= 300) {
      throw new IOException(feature + " answered " + answer.statusCode() + ": " + answer.body());
    }
  }

  private static void put(URI address, Path file) throws IOException, InterruptedException {
    HttpResponse<String> answer =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .build()
            .send(
                HttpRequest.newBuilder(address)
                    .timeout(ANSWER_WITHIN)
                    .header("Content-Type", MP4)
                    .PUT(HttpRequest.BodyPublishers.ofFile(file))
                    .build(),
                BoundedBody.text(LONGEST_ANSWER));
    if (answer.statusCode() != 200) {
      throw new IOException("the upload was answered " + answer.statusCode());
    }
  }

  private boolean isPlayable() throws IOException, InterruptedException {
    String path = "/v1/patients/" + patient.patientId() + "/personal-videos";
    for (JsonNode video :
        DemoExercises.answer(specialist().get(path, ANSWER_WITHIN), 200).path("videos")) {
      if (video.path("id").asLong() == id) {
        if (video.path("status").asText().equals("FAILED")) {
          throw new IOException("the personal video " + id + " failed: " + video);
        }
        return video.path("status").asText().equals("COMPLETED");
      }
    }
    return false;
  }

  /** Has the patient open the day, and plays the first source of the exercise to its end. */
  void watch(Path folder) throws IOException, InterruptedException {
    JsonNode day =
        DemoExercises.answer(patientCaller().get("/v1/portal/today", ANSWER_WITHIN), 200);
    for (JsonNode one : day.at("/workouts/0/exercises")) {
      JsonNode first = one.at("/sources/0");
      if (first.path("media_id").asText().equals(mediaId())) {
        comesFirst = first.path("kind").asText().equals("personal");
        Path file = Files.createTempFile(folder, "personal", ".mp4");
        try {
          HlsViewer viewer = new HlsViewer();
          viewer.fetch(URI.create(first.path("playback_hls_url").asText()), file);
          hlsBytes = viewer.bytesFetched();
        } finally {
          Files.delete(file);
        }
        return;
      }
    }
  }

  /** What players report it by. */
  String mediaId() {
    return "personal:" + id;
  }

  /**
   * What became of it, once the sessions have their rows.
   *
   * @param sessions of this run
   */
  DemoReport.PersonalVideo report(List<SentSession> sessions)
      throws IOException, InterruptedException {
    long played =
        sessions.stream()
            .filter(one -> mediaId().equals(one.script().metrics().get("media_id")))
            .count();
    return new DemoReport.PersonalVideo(id, seconds, comesFirst, hlsBytes, played, named());
  }

  /** Sessions that the therapist sees as played from this video, with the exercise's name. */
  private long named() throws IOException, InterruptedException {
    String rows =
        "/v1/patients/%s/sessions?from=%s&limit=%d"
            .formatted(patient.patientId(), begun.minus(Duration.ofHours(1)), MOST_SESSIONS);
    long named = 0;
    for (JsonNode row :
        DemoExercises.answer(specialist().get(rows, ANSWER_WITHIN), 200).path("sessions")) {
      if (row.path("personal_video_id").asLong() == id && row.hasNonNull("exercise_name")) {
        named++;
      }
    }
    return named;
  }

  private ApiCaller specialist() {
    return platform.as(Clinics.specialistToken(secret, patient.clinic(), clock));
  }

  private ApiCaller patientCaller() {
    return platform.as(Clinics.patientToken(secret, patient, clock));
  }
}
