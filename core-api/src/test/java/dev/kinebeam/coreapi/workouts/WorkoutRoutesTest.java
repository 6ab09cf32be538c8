package dev.kinebeam.coreapi.workouts;

import static dev.kinebeam.coreapi.workouts.TestWorkouts.PATIENT;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.SERVICE;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.SPECIALIST;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.body;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.item;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.order;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.today;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A workout from its prescription until it is done, over HTTP. */
@Tag("servers")
class WorkoutRoutesTest {
  private static TestCoreApi api;
  private static TestWorkouts workouts;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    workouts = new TestWorkouts(api);
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  @Test
  void aWorkoutBecomesVisibleWithItsLastVideo() throws Exception {
    String slug = workouts.exercise("becomes-visible");
    String path = workouts.prescribed(item(slug, 5), item(slug, 10));
    assertThat(
            workouts.count(
                "SELECT count(*) FROM render_outbox WHERE lane = 'interactive' AND render_id IN (?, ?)",
                order(slug, 5, 1).renderId(),
                order(slug, 10, 1).renderId()))
        .isEqualTo(2);
    assertThat(workouts.statusForPatient(path)).isEqualTo(404);

    api.renders().begin(order(slug, 10, 1));
    workouts.ready(order(slug, 5, 1));
    JsonNode half = api.get(path + "/readiness", SPECIALIST).json();
    assertThat(half.path("status").asText()).isEqualTo("preparing");
    assertThat(half.at("/readiness/ready_exercises").asInt()).isEqualTo(1);
    assertThat(half.at("/exercises/0/status").asText()).isEqualTo("ready");
    assertThat(half.at("/exercises/0/playback_hls_url").isMissingNode()).isTrue();
    assertThat(half.at("/exercises/1/step").asText()).isEqualTo("planning");
    assertThat(half.at("/exercises/1/percent").asInt()).isZero();
    assertThat(workouts.statusForPatient(path)).isEqualTo(404);
    assertThat(api.get("/v1/workouts", PATIENT).text()).doesNotContain(slug);

    workouts.ready(order(slug, 10, 1));
    JsonNode seen = api.get(path, PATIENT).json();
    assertThat(seen.path("status").asText()).isEqualTo("visible");
    assertThat(seen.path("scheduled_for").asText()).isEqualTo(today().toString());
    assertThat(seen.has("readiness")).isFalse();
    assertThat(seen.at("/exercises/0/playback_hls_url").asText())
        .startsWith("https://videos.example/");
    assertThat(seen.at("/exercises/0/playback_expires_at").asText()).isNotEmpty();
    assertThat(seen.at("/exercises/0/media_id").asText()).isEqualTo("media-" + slug);
    assertThat(seen.at("/exercises/0/render_id").asText())
        .isEqualTo(order(slug, 5, 1).renderId().toString());
    assertThat(seen.at("/exercises/0/asset_version").asInt()).isEqualTo(1);
    assertThat(api.get("/v1/workouts?status=visible", PATIENT).text()).contains(slug);
  }

  @Test
  void oneWhoseVideosAreReadyIsVisibleAtOnce() throws Exception {
    String slug = workouts.exercise("at-once");
    workouts.prescribed(item(slug, 5));
    workouts.ready(order(slug, 5, 1));
    String again = workouts.prescribed(item(slug, 5));
    assertThat(workouts.status(again)).isEqualTo("visible");
    assertThat(workouts.statusForPatient(again)).isEqualTo(200);
  }

  @Test
  void awaitedVideosHaveAnEstimate() throws Exception {
    String slug = workouts.exercise("estimated");
    String path = workouts.prescribed(item(slug, 5), item(slug, 10));
    api.renders().begin(order(slug, 5, 1));
    workouts.ready(order(slug, 5, 1));
    JsonNode readiness = api.get(path + "/readiness", SPECIALIST).json();
    assertThat(readiness.at("/exercises/1/orders_ahead").isInt()).isTrue();
    assertThat(readiness.at("/exercises/1/eta_seconds").asDouble()).isPositive();
    assertThat(readiness.at("/readiness/eta_seconds").asDouble()).isPositive();
  }

  @Test
  void afterAFailureTheTherapistTriesAgain() throws Exception {
    String slug = workouts.exercise("tried-again");
    String path = workouts.prescribed(item(slug, 5), item(slug, 10));
    workouts.ready(order(slug, 5, 1));
    workouts.failed(order(slug, 10, 1), "the file is cut off", false);
    JsonNode failed = workouts.read(path);
    assertThat(failed.path("status").asText()).isEqualTo("preparing");
    assertThat(failed.at("/readiness/failed_exercises").asInt()).isEqualTo(1);
    assertThat(failed.at("/exercises/1/error").asText()).isEqualTo("the file is cut off");
    assertThat(failed.at("/exercises/1/retryable").asBoolean()).isFalse();
    assertThat(workouts.statusForPatient(path)).isEqualTo(404);

    JsonNode retried = workouts.step(path, "retry");
    assertThat(retried.at("/exercises/1/status").asText()).isEqualTo("queued");
    assertThat(workouts.step(path, "retry").at("/exercises/1/status").asText())
        .as("nothing is left to order")
        .isEqualTo("queued");
    workouts.ready(order(slug, 10, 1));
    assertThat(workouts.status(path)).isEqualTo("visible");
  }

  @Test
  void afterAFailureTheTherapistPublishesWithoutIt() throws Exception {
    String slug = workouts.exercise("without-it");
    String path = workouts.prescribed(item(slug, 5), item(slug, 10), item(slug, 15));
    assertThat(
            workouts.post(path + "/release", "{}", SPECIALIST).firstError().path("code").asText())
        .isEqualTo("nothing_failed");
    workouts.failed(order(slug, 10, 1), "no", false);
    JsonNode released = workouts.step(path, "release");
    assertThat(released.at("/exercises/1/left_out").asBoolean()).isTrue();
    assertThat(released.path("status").asText()).as("others are awaited").isEqualTo("preparing");
    workouts.ready(order(slug, 5, 1));
    workouts.ready(order(slug, 15, 1));
    JsonNode seen = api.get(path, PATIENT).json();
    assertThat(seen.path("exercises")).hasSize(2);
    assertThat(seen.at("/exercises/1/position").asInt()).isEqualTo(2);
    assertThat(workouts.read(path).at("/readiness/total").asInt()).isEqualTo(2);

    String last = workouts.prescribed(item(slug, 5), item(slug, 20));
    workouts.failed(order(slug, 20, 1), "no", false);
    assertThat(workouts.step(last, "release").path("status").asText())
        .as("nothing is awaited")
        .isEqualTo("visible");
  }

  @Test
  void aWorkoutOfWhichNothingIsLeftIsNotReleased() throws Exception {
    String slug = workouts.exercise("nothing-left");
    String path = workouts.prescribed(item(slug, 5));
    workouts.failed(order(slug, 5, 1), "no", false);
    Answer refused = workouts.post(path + "/release", "{}", SPECIALIST);
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.firstError().path("code").asText()).isEqualTo("nothing_left");
    assertThat(workouts.statusForPatient(path)).isEqualTo(404);
  }

  @Test
  void aPatientCompletesWhatIsVisibleAndSeesNothingThatWasCancelled() throws Exception {
    String slug = workouts.exercise("completed");
    String path = workouts.prescribed(item(slug, 5));
    assertThat(workouts.post(path + "/complete", "{}", PATIENT).status()).isEqualTo(404);
    assertThat(workouts.post(path + "/complete", "{}", SPECIALIST).status()).isEqualTo(409);
    workouts.ready(order(slug, 5, 1));
    Answer completed = workouts.post(path + "/complete", "{}", PATIENT);
    assertThat(completed.json().path("status").asText()).isEqualTo("completed");
    assertThat(completed.json().path("ended_at").asText()).isNotEmpty();
    assertThat(workouts.post(path + "/complete", "{}", PATIENT).status()).isEqualTo(200);
    assertThat(workouts.post(path + "/cancel", "{}", SPECIALIST).status()).isEqualTo(409);

    String other = workouts.prescribed(item(slug, 5));
    assertThat(workouts.statusForPatient(other)).isEqualTo(200);
    assertThat(workouts.step(other, "cancel").path("status").asText()).isEqualTo("cancelled");
    assertThat(workouts.statusForPatient(other)).isEqualTo(404);
    assertThat(workouts.post(other + "/retry", "{}", SPECIALIST).status()).isEqualTo(409);
  }

  @Test
  void whoDidWhatIsInTheAuditLog() throws Exception {
    String slug = workouts.exercise("audited");
    String path = workouts.prescribed(item(slug, 5));
    workouts.ready(order(slug, 5, 1));
    workouts.read(path);
    assertThat(workouts.statusForPatient(path)).isEqualTo(200);
    workouts.post(path + "/complete", "{}", PATIENT);
    List<String> entries =
        api.owner()
            .withHandle(
                handle ->
                    handle
                        .select(
                            """
                            SELECT action || ' ' || actor FROM audit_log
                             WHERE subject = ? AND details ->> 'patient_id' = ? ORDER BY at
                            """,
                            path.substring(path.lastIndexOf('/') + 1),
                            TestCoreApi.PATIENT.toString())
                        .mapTo(String.class)
                        .list());
    assertThat(entries)
        .containsExactly(
            "workout.prescribed " + TestCoreApi.SPECIALIST,
            "workout.visible postgres",
            "workout.read " + TestCoreApi.SPECIALIST,
            "workout.completed " + TestCoreApi.PATIENT);
  }

  @Test
  void theSameRequestEntersOneWorkout() throws Exception {
    String slug = workouts.exercise("same-request");
    Answer first = keyed(body(item(slug, 5)), SPECIALIST);
    Answer again = keyed(body(item(slug, 5)), SPECIALIST);
    assertThat(first.status()).isEqualTo(201);
    assertThat(again.status()).as(again.text()).isEqualTo(200);
    assertThat(again.json().path("workout_id")).isEqualTo(first.json().path("workout_id"));
    Answer other = keyed(body(today().plusDays(1), item(slug, 5)), SPECIALIST);
    assertThat(other.status()).isEqualTo(409);
    assertThat(other.firstError().path("field").asText()).isEqualTo("Idempotency-Key");
    assertThat(keyed(body(item(slug, 10)), SPECIALIST).status()).as("other sets").isEqualTo(409);
    assertThat(keyed(body(item(slug, 5)), SERVICE).status()).as("another caller").isEqualTo(201);
  }

  @Test
  void aKeyOfAWorkoutThatTheCallerNoLongerSeesIsRefused() throws Exception {
    String slug = workouts.exercise("key-out-of-reach");
    UUID patient = UUID.randomUUID();
    api.person(TestCoreApi.ORG, patient, "patient");
    api.link(TestCoreApi.ORG, patient, TestCoreApi.SPECIALIST);
    String ofOther =
        body(item(slug, 5)).replace(TestCoreApi.PATIENT.toString(), patient.toString());
    assertThat(keyed(ofOther, SPECIALIST, "out of reach").status()).isEqualTo(201);
    api.unlink(TestCoreApi.ORG, patient, TestCoreApi.SPECIALIST);
    Answer refused = keyed(body(item(slug, 5)), SPECIALIST, "out of reach");
    assertThat(refused.status()).as(refused.text()).isEqualTo(409);
    assertThat(refused.firstError().path("code").asText()).isEqualTo("reused");
  }

  private static Answer keyed(String body, String token, String key) throws Exception {
    return api.send(
        api.post("/v1/workouts", token, body.getBytes(UTF_8)).header("Idempotency-Key", key));
  }

  private static Answer keyed(String body, String token) throws Exception {
    return keyed(body, token, "a key");
  }

  @Test
  void servicesPrescribeForTheirOrganizationsActivePatients() throws Exception {
    String slug = workouts.exercise("by-service");
    Answer made = workouts.post("/v1/workouts", body(item(slug, 5)), SERVICE);
    assertThat(made.status()).as(made.text()).isEqualTo(201);
    String path = made.header("Location");
    assertThat(api.get(path, SERVICE).status()).isEqualTo(200);
    String elsewhere = Tokens.of(Role.SERVICE, TestCoreApi.OTHER_ORG, UUID.randomUUID());
    assertThat(api.get(path, elsewhere).status()).isEqualTo(404);
    assertThat(workouts.post("/v1/workouts", body(item(slug, 5)), elsewhere).status())
        .isEqualTo(404);
  }

  @Test
  void pagesOfWorkoutsAreWhole() throws Exception {
    UUID patient = UUID.randomUUID();
    api.person(TestCoreApi.ORG, patient, "patient");
    api.link(TestCoreApi.ORG, patient, TestCoreApi.SPECIALIST);
    String slug = workouts.exercise("paged");
    List<String> made = new ArrayList<>();
    for (int day : new int[] {3, 1, 2, 1}) {
      String body =
          body(today().plusDays(day), item(slug, 5))
              .replace(TestCoreApi.PATIENT.toString(), patient.toString());
      made.add(workouts.prescribe(body).json().path("workout_id").asText());
    }
    List<String> seen = new ArrayList<>();
    List<String> days = new ArrayList<>();
    String next = "";
    do {
      JsonNode page = workouts.read("/v1/workouts?limit=3&patient_id=" + patient + next);
      page.path("workouts")
          .forEach(
              one -> {
                seen.add(one.path("workout_id").asText());
                days.add(one.path("scheduled_for").asText());
              });
      next = page.has("next") ? "&cursor=" + page.path("next").asText() : "";
    } while (!next.isEmpty());
    assertThat(seen).containsExactlyInAnyOrderElementsOf(made);
    assertThat(days).isSorted();
    String one = today().plusDays(2).toString();
    assertThat(
            workouts
                .read("/v1/workouts?patient_id=" + patient + "&from=" + one + "&to=" + one)
                .path("workouts"))
        .hasSize(1);
  }

  @Test
  void workoutsAreExportedAndErasedWithTheirPatient() throws Exception {
    UUID patient = UUID.randomUUID();
    api.person(TestCoreApi.ORG, patient, "patient");
    api.link(TestCoreApi.ORG, patient, TestCoreApi.SPECIALIST);
    String slug = workouts.exercise("erased");
    String body = body(item(slug, 5)).replace(TestCoreApi.PATIENT.toString(), patient.toString());
    String path = workouts.prescribe(body).header("Location");
    assertThat(
            relations(
                "SELECT relation FROM export_patient(?, ?, 'a test') WHERE relation LIKE 'workout%'",
                patient))
        .containsExactlyInAnyOrder("workouts", "workout_exercises");
    assertThat(
            relations(
                "SELECT relation FROM erase_patient(?, ?, 'a test', false)"
                    + " WHERE relation LIKE 'workout%' AND removed = 1",
                patient))
        .containsExactlyInAnyOrder("workouts", "workout_exercises");
    assertThat(api.get(path, SPECIALIST).status()).isEqualTo(404);
    assertThat(workouts.count("SELECT count(*) FROM workouts WHERE patient_id = ?", patient))
        .isZero();
  }

  private static List<String> relations(String sql, UUID patient) {
    return api.owner()
        .withHandle(
            handle -> handle.select(sql, TestCoreApi.ORG, patient).mapTo(String.class).list());
  }
}
