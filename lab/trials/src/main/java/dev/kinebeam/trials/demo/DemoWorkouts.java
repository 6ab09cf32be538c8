package dev.kinebeam.trials.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.trials.patients.Clinics;
import dev.kinebeam.trials.patients.SentSession;
import dev.kinebeam.trials.patients.Traffic;
import dev.kinebeam.trials.servers.ApiCaller;
import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/**
 * What the specialists of the demo's clinics prescribe: one dose of the sample for every patient
 * and day, over HTTP. A demo that is run again on the same day finds the workouts there.
 */
final class DemoWorkouts {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
  private static final Duration VISIBLE_WITHIN = Duration.ofMinutes(15);

  private final ApiCaller coreApi;
  private final String secret;
  private final Clock clock;
  private final DemoFunnel funnel;
  private final Map<UUID, String> byPatient = new LinkedHashMap<>();
  private final Map<UUID, Traffic.Video> videos = new HashMap<>();
  private Optional<UUID> renderId = Optional.empty();
  private long assigned;

  /**
   * Workouts of today.
   *
   * @param coreApi whoever the caller is
   * @param secret of the callers' tokens
   * @param database past every policy, for the accounting
   */
  DemoWorkouts(ApiCaller coreApi, String secret, Clock clock, DataSource database) {
    this.coreApi = coreApi;
    this.secret = secret;
    this.clock = clock;
    this.funnel = new DemoFunnel(coreApi, secret, clock, clock.instant(), database);
  }

  /** Prescribes the recipe to each of them; returns how many of the workouts are new. */
  int prescribe(List<Clinics.Patient> patients, Recipe recipe)
      throws IOException, InterruptedException {
    assigned = funnel.counted().assigned();
    int added = 0;
    for (Clinics.Patient patient : patients) {
      HttpResponse<String> answer =
          specialist(patient.clinic())
              .post(
                  "/v1/workouts",
                  prescription(patient, recipe),
                  Map.of("Idempotency-Key", "demo " + day(patient) + " " + patient.patientId()),
                  ANSWER_WITHIN);
      boolean isNew = answer.statusCode() == 201;
      JsonNode workout = DemoExercises.answer(answer, isNew ? 201 : 200);
      byPatient.put(patient.patientId(), workout.path("workout_id").asText());
      added += isNew ? 1 : 0;
    }
    assigned += added;
    return added;
  }

  private Map<String, Object> prescription(Clinics.Patient patient, Recipe recipe) {
    Map<String, Object> exercise = new HashMap<>();
    exercise.put("exercise", recipe.exercise());
    exercise.put("language", recipe.language());
    exercise.put("sets", Json.MAPPER.valueToTree(recipe.sets()));
    return Map.of(
        "patient_id", patient.patientId().toString(),
        "scheduled_for", day(patient).toString(),
        "exercises", List.of(exercise));
  }

  private LocalDate day(Clinics.Patient patient) {
    return funnel.day(patient.clinic());
  }

  /**
   * Waits until each patient sees the workout.
   *
   * @throws IOException when a video of one cannot be made, or not in time
   */
  void awaitVisible(List<Clinics.Patient> patients) throws Exception {
    for (Clinics.Patient patient : patients) {
      String path = "/v1/workouts/" + byPatient.get(patient.patientId());
      ApiCaller specialist = specialist(patient.clinic());
      Await.until(
          "the workout of " + patient.name() + " is visible",
          VISIBLE_WITHIN,
          () -> isVisible(specialist, path));
      videos.put(patient.patientId(), played(patient, path));
    }
  }

  /** What the patient's workout has them play. */
  Traffic.Video video(Clinics.Patient patient) {
    return videos.get(patient.patientId());
  }

  /**
   * What the clinics' funnels say, once the sessions have their rows.
   *
   * @param found whether the exercise is found in the portal
   * @param sessions of this run
   * @param personal what players report the recorded one by
   */
  DemoReport.Workouts report(boolean found, List<SentSession> sessions, String personal)
      throws IOException, InterruptedException, SQLException {
    DemoFunnel.Played played = new DemoFunnel.Played(renderId.orElseThrow(), personal);
    return new DemoReport.Workouts(
        videos.size(), found, funnel.counted(), funnel.expected(assigned, sessions, played));
  }

  private static boolean isVisible(ApiCaller specialist, String path)
      throws IOException, InterruptedException {
    JsonNode workout =
        DemoExercises.answer(specialist.get(path + "/readiness", ANSWER_WITHIN), 200);
    if (workout.at("/readiness/failed_exercises").asInt() > 0) {
      throw new IOException("a prescribed video cannot be made: " + workout);
    }
    return workout.path("status").asText().equals("visible");
  }

  private Traffic.Video played(Clinics.Patient patient, String path)
      throws IOException, InterruptedException {
    ApiCaller caller = coreApi.as(Clinics.patientToken(secret, patient, clock));
    JsonNode exercise =
        DemoExercises.answer(caller.get(path, ANSWER_WITHIN), 200).at("/exercises/0");
    UUID render = UUID.fromString(exercise.path("render_id").asText());
    renderId = Optional.of(render);
    JsonNode personal = exercise.path("personal_video");
    return personal.isObject()
        ? new Traffic.Video(
            personal.path("media_id").asText(),
            null,
            personal.path("duration_seconds").doubleValue())
        : new Traffic.Video(
            exercise.path("media_id").asText(),
            render,
            exercise.path("duration_seconds").doubleValue());
  }

  private ApiCaller specialist(Clinics.Clinic clinic) {
    return coreApi.as(Clinics.specialistToken(secret, clinic, clock));
  }
}
