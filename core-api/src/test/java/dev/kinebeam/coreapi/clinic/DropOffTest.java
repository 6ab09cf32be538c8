package dev.kinebeam.coreapi.clinic;

import static dev.kinebeam.coreapi.TestCoreApi.ORG;
import static dev.kinebeam.coreapi.TestCoreApi.OTHER_ORG;
import static dev.kinebeam.coreapi.TestCoreApi.PATIENT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.coreapi.SessionRows;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.Segment;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two renders of one exercise: intro 0–5, set 1 of ten repetitions, a pause, set 2 of ten, outro.
 * Repetitions take 2 s in the first render and 4 s in the other.
 */
@Tag("servers")
class DropOffTest {
  private static final String PATH = "/v1/clinic/exercises/" + TestCoreApi.SLUG + "/drop-off";
  private static TestCoreApi api;
  private static SessionRows rows;
  private static Instant at;

  @BeforeAll
  static void start() throws Exception {
    api = TestCoreApi.start();
    at = Instant.now().minusSeconds(3600);
    rows = new SessionRows(api.owner());
    UUID quick = render(10, 2);
    UUID slow = render(10, 4);
    render(10, 6);
    // Set 2 begins at 5 + 20 + 5 = 30 s in the first render and at 5 + 40 + 5 = 50 s in the other.
    for (int i = 0; i < 3; i++) {
      stopped(ORG, quick, 30 + 6 * 2 + 0.5);
    }
    stopped(ORG, slow, 50 + 9 * 4 + 1);
    stopped(ORG, quick, 3);
    UUID staller = stopped(ORG, slow, 5);
    rows.stall(
        ORG, PATIENT, staller, at, Map.of("render_id", slow, "position_seconds", 5 + 4 * 4.0));
    rows.stall(
        ORG,
        PATIENT,
        staller,
        at,
        Map.of("render_id", slow, "position_seconds", 5 + 4 * 4.0, "cause", "seek"));
    for (int i = 0; i < 2; i++) {
      session(ORG, slow, Map.of("status", "completed", "max_position_seconds", 80.0));
    }
    session(ORG, quick, Map.of("status", "playing", "max_position_seconds", 80.0));
    session(ORG, null, Map.of());
    for (int i = 0; i < 9; i++) {
      stopped(OTHER_ORG, quick, 1);
    }
  }

  @AfterAll
  static void stop() throws Exception {
    api.close();
  }

  private static UUID render(int reps, double seconds) {
    return render(reps, seconds, "left");
  }

  private static UUID render(int reps, double seconds, String side) {
    List<Segment> segments = new ArrayList<>();
    segments.add(new Segment("intro", 0, null, null, 0, 5, List.of()));
    double first = 5 + reps * seconds;
    segments.add(set(1, 0, side, 5, reps, seconds));
    segments.add(new Segment("pauza", 2, null, null, first, first + 5, List.of()));
    segments.add(set(3, 1, side, first + 5, reps, seconds));
    double end = first + 5 + reps * seconds;
    segments.add(new Segment("outro", 4, null, null, end, end + 5, List.of()));
    Recipe recipe =
        new Recipe(
            TestCoreApi.SLUG,
            "ro",
            List.of(new SetSpec(side, reps), new SetSpec(side, (int) seconds)),
            null,
            false);
    ComposeOrder order = new ComposeOrder(recipe, 1, false);
    api.renders()
        .ready(
            order,
            new Render.Outcome(
                "bunny", "video", end + 5, Optional.empty(), Optional.empty(), segments));
    return order.renderId();
  }

  private static Segment set(
      int index, int set, String side, double from, int reps, double seconds) {
    List<Double> bounds = IntStream.rangeClosed(0, reps).mapToObj(i -> from + i * seconds).toList();
    return new Segment("set", index, side, set, from, from + reps * seconds, bounds);
  }

  private static UUID stopped(UUID org, UUID render, double position) {
    return session(
        org, render, Map.of("final_position_seconds", position, "max_position_seconds", position));
  }

  private static UUID session(UUID org, UUID render, Map<String, Object> more) {
    Map<String, Object> row = new HashMap<>(more);
    if (render != null) {
      row.put("render_id", render);
    }
    return rows.session(org, PATIENT, at, row);
  }

  private static String admin(UUID org) {
    return Tokens.of(Role.CLINIC_ADMIN, org, UUID.randomUUID());
  }

  @Test
  void rendersOfOneExerciseAreLaidOverOneAnotherByRepetition() throws Exception {
    Answer answer = api.get(PATH, admin(ORG));
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    JsonNode json = answer.json();
    assertThat(json.path("n").asInt()).isEqualTo(8);
    assertThat(json.at("/stopped/count").asInt()).isEqualTo(6);
    assertThat(json.path("without_map").asInt()).isEqualTo(1);
    assertThat(json.path("renders").asInt()).isEqualTo(2);
    assertThat(json.path("metrics_version").asInt()).isEqualTo(1);

    JsonNode segments = json.path("segments");
    assertThat(segments.findValuesAsText("kind"))
        .containsExactly("intro", "set", "pauza", "set", "outro");
    JsonNode intro = segments.path(0).path("figures");
    assertThat(intro.path("reached").asInt()).isEqualTo(8);
    assertThat(intro.path("stopped").asInt()).isEqualTo(1);
    JsonNode firstSet = segments.path(1);
    assertThat(firstSet.path("set").asInt()).isEqualTo(1);
    assertThat(firstSet.at("/repetitions/0/figures/stopped").asInt()).isEqualTo(1);
    assertThat(firstSet.at("/repetitions/0/figures/reached").asInt()).isEqualTo(7);
    assertThat(firstSet.at("/repetitions/4/figures/stalls").asInt()).isEqualTo(1);
    JsonNode secondSet = segments.path(3);
    assertThat(secondSet.at("/repetitions/6/repetition").asInt()).isEqualTo(7);
    assertThat(secondSet.at("/repetitions/6/figures/stopped").asInt()).isEqualTo(3);
    assertThat(secondSet.at("/repetitions/6/figures/reached").asInt()).isEqualTo(6);
    assertThat(secondSet.at("/repetitions/9/figures/stopped").asInt()).isEqualTo(1);
    assertThat(secondSet.at("/repetitions/9/figures/share_of_reached").asDouble())
        .isCloseTo(1 / 3.0, within(1e-9));
    assertThat(segments.at("/4/figures/reached").asInt()).isEqualTo(2);
  }

  @Test
  void leftAndRightAreDistinguished() throws Exception {
    UUID org = UUID.randomUUID();
    stopped(org, render(10, 3, "left"), 6);
    stopped(org, render(10, 3, "right"), 6);
    JsonNode json = api.get(PATH, admin(org)).json();
    assertThat(json.path("renders").asInt()).isEqualTo(2);
    JsonNode segments = json.path("segments");
    assertThat(segments.findValuesAsText("side")).containsExactly("left", "right", "left", "right");
    assertThat(segments.at("/1/figures/stopped").asInt()).isEqualTo(1);
    assertThat(segments.at("/2/figures/stopped").asInt()).isEqualTo(1);
    assertThat(segments.at("/0/figures/reached").asInt()).isEqualTo(2);
  }

  @Test
  void theAnswerIsGivenInWords() throws Exception {
    JsonNode most = api.get(PATH, admin(ORG)).json().path("most_stop");
    assertThat(most.at("/0/text").asText()).isEqualTo("50 % stop in set 2, repetitions 6–10");
    assertThat(most.at("/0/n").asInt()).isEqualTo(8);
    assertThat(most.at("/0/stopped").asInt()).isEqualTo(4);
  }

  @Test
  void anOrganisationSeesItsOwnSessionsOnly() throws Exception {
    JsonNode other = api.get(PATH, admin(OTHER_ORG)).json();
    assertThat(other.path("n").asInt()).isEqualTo(9);
    assertThat(other.at("/segments/1/figures/stalls").asInt()).isZero();
    JsonNode none = api.get(PATH, admin(UUID.randomUUID())).json();
    assertThat(none.path("n").asInt()).isZero();
    assertThat(none.path("without_map").asInt()).isZero();
    assertThat(none.path("most_stop")).isEmpty();
  }

  @Test
  void unknownExercisesAndWrongWindowsAreReported() throws Exception {
    assertThat(api.get("/v1/clinic/exercises/none/drop-off", admin(ORG)).status()).isEqualTo(404);
    assertThat(api.get("/v1/clinic/exercises/a%00b/drop-off", admin(ORG)).status()).isIn(400, 404);
    assertThat(api.get(PATH + "?from=yesterday", admin(ORG)).status()).isEqualTo(400);
    assertThat(api.get(PATH, TestCoreApi.patientToken()).status()).isEqualTo(403);
  }
}
