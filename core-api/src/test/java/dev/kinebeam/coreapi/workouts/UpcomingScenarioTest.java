package dev.kinebeam.coreapi.workouts;

import static dev.kinebeam.coreapi.workouts.TestWorkouts.body;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.item;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.order;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.today;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.time.Clock;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A patient's coming workouts with the videos of their exercises. */
@Tag("servers")
class UpcomingScenarioTest {
  private static TestCoreApi api;
  private static TestWorkouts workouts;

  private UUID patient;
  private String token;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    workouts = new TestWorkouts(api);
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  @BeforeEach
  void aNewPatient() {
    patient = UUID.randomUUID();
    token = Tokens.of(Role.PATIENT, TestCoreApi.ORG, patient);
    api.person(TestCoreApi.ORG, patient, "patient");
    api.link(TestCoreApi.ORG, patient, TestCoreApi.SPECIALIST);
  }

  private void prescribed(LocalDate day, String... items) throws Exception {
    Answer answer =
        workouts.prescribe(
            body(day, items).replace(TestCoreApi.PATIENT.toString(), patient.toString()));
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
  }

  private JsonNode upcoming(String query) throws Exception {
    Answer answer = api.get("/v2/workouts/patient-upcoming" + query, token);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  @Test
  void eachExerciseHasItsPersonalVideoAndItsSourcesInOrder() throws Exception {
    String recorded = workouts.exercise("upcoming-recorded");
    String usual = workouts.exercise("upcoming-usual");
    prescribed(today(), item(recorded, 5), item(usual, 5));
    assertThat(upcoming("").path("workouts")).as("in preparation").isEmpty();
    workouts.ready(order(recorded, 5, 1));
    workouts.ready(order(usual, 5, 1));
    JsonNode before = upcoming("").at("/workouts/0/exercises/0");
    assertThat(before.path("personalizedVideo").isNull()).isTrue();
    assertThat(before.has("personalizedVideo")).isTrue();

    workouts.personalVideo(patient, recorded, "PROCESSING_QUEUED");
    long id = workouts.personalVideo(patient, recorded, "COMPLETED");
    JsonNode exercises = upcoming("").at("/workouts/0/exercises");
    JsonNode personal = exercises.at("/0/personalizedVideo");
    assertThat(personal.path("id").asLong()).isEqualTo(id);
    assertThat(personal.path("host").asText()).isEqualTo("own");
    assertThat(personal.path("cloudflareStreamId").asText())
        .isEqualTo(exercises.at("/0/sources/0/hostedId").asText());
    assertThat(exercises.at("/0/sources").findValuesAsText("kind"))
        .containsExactly("personal", "default");
    assertThat(exercises.at("/0/sources/0/hlsUrl").asText()).startsWith("https://videos.example/");
    assertThat(exercises.at("/1/sources").findValuesAsText("kind")).containsExactly("default");
    assertThat(exercises.at("/1/personalizedVideo").isNull()).isTrue();
  }

  @Test
  void thePersonalVideoFollowsItsExerciseIntoAnother() throws Exception {
    String merged = workouts.exercise("upcoming-merged");
    prescribed(today(), item(merged, 5));
    workouts.ready(order(merged, 5, 1));
    long id = workouts.personalVideo(patient, merged, "COMPLETED");
    workouts.merge(merged, workouts.exercise("upcoming-successor"));
    JsonNode exercise = upcoming("").at("/workouts/0/exercises/0");
    assertThat(exercise.path("exercise").asText()).isEqualTo(merged);
    assertThat(exercise.at("/personalizedVideo/id").asLong()).isEqualTo(id);
    assertThat(exercise.path("sources").findValuesAsText("kind"))
        .containsExactly("personal", "default");
  }

  @Test
  void aDefaultVideoAtKinescopeIsNamedAfterItAndHasNoAddress() throws Exception {
    String slug = workouts.exercise("upcoming-kinescope");
    prescribed(today(), item(slug, 5));
    workouts.ready(order(slug, 5, 1), "kinescope", List.of());
    workouts.personalVideo(patient, slug, "COMPLETED");
    JsonNode sources = upcoming("").at("/workouts/0/exercises/0/sources");
    assertThat(sources.findValuesAsText("kind")).containsExactly("personal", "kinescope");
    assertThat(sources.at("/0/hlsUrl").asText()).startsWith("https://videos.example/");
    assertThat(sources.at("/1/host").asText()).isEqualTo("kinescope");
    assertThat(sources.at("/1").hasNonNull("hlsUrl")).isFalse();
  }

  @Test
  void aDraftIsPlayedByThePersonalVideoAlone() throws Exception {
    JsonNode made =
        workouts.post("/v2/exercises", "{\"name\":\"Own bend\"}", TestWorkouts.SPECIALIST).json();
    String slug = made.path("slug").asText();
    workouts.personalVideo(patient, slug, "COMPLETED");
    prescribed(today(), "{\"exercise\":\"%s\",\"language\":\"ro\"}".formatted(slug));
    JsonNode exercise = upcoming("").at("/workouts/0/exercises/0");
    assertThat(exercise.path("exerciseId")).isEqualTo(made.path("id"));
    assertThat(exercise.path("sources").findValuesAsText("kind")).containsExactly("personal");
  }

  @Test
  void daysAreInOrderAndInPages() throws Exception {
    String slug = workouts.exercise("upcoming-days");
    prescribed(today().plusDays(2), item(slug, 5));
    prescribed(today(), item(slug, 5));
    workouts.ready(order(slug, 5, 1));
    assertThat(upcoming("").path("workouts").findValuesAsText("scheduledFor"))
        .containsExactly(today().toString(), today().plusDays(2).toString());
    assertThat(upcoming("?limit=1&offset=1").path("workouts").findValuesAsText("scheduledFor"))
        .containsExactly(today().plusDays(2).toString());
    assertThat(upcoming("?offset=2").path("workouts")).isEmpty();
  }

  @Test
  void twentyExercisesTakeAsManyStatementsAsOne() throws Exception {
    List<String> items = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String slug = workouts.exercise("upcoming-many-" + i);
      items.add(item(slug, 5));
      workouts.personalVideo(patient, slug, "COMPLETED");
    }
    prescribed(today(), items.get(0));
    workouts.ready(order("upcoming-many-0", 5, 1));
    CountedStatements statements = CountedStatements.on(api.databaseAs("core_api"));
    int ofOne = read(statements);
    prescribed(today().plusDays(1), items.toArray(String[]::new));
    for (int i = 1; i < 20; i++) {
      workouts.ready(order("upcoming-many-" + i, 5, 1));
    }
    assertThat(upcoming("").at("/workouts/1/exercises")).hasSize(20);
    assertThat(read(statements)).isEqualTo(ofOne).isLessThanOrEqualTo(5);
  }

  private int read(CountedStatements statements) {
    int before = statements.count();
    GetUpcoming route =
        new GetUpcoming(Database.over(statements.source()), Optional.empty(), Clock.systemUTC());
    route.read(new Principal(Role.PATIENT, Optional.of(TestCoreApi.ORG), patient), 50, 0);
    return statements.count() - before;
  }
}
