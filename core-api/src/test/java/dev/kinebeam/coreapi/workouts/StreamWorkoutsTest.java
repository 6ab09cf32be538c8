package dev.kinebeam.coreapi.workouts;

import static dev.kinebeam.coreapi.workouts.TestWorkouts.item;
import static dev.kinebeam.coreapi.workouts.TestWorkouts.order;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.RenderChanges;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class StreamWorkoutsTest {
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

  private static HttpResponse<InputStream> follow(String path, String token) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            api.request(path + "/readiness/stream")
                .header("Authorization", "Bearer " + token)
                .header("Last-Event-ID", "0")
                .GET()
                .build(),
            HttpResponse.BodyHandlers.ofInputStream());
  }

  private static List<String> events(BufferedReader lines, String last) throws IOException {
    List<String> events = new ArrayList<>();
    while (!events.contains(last)) {
      String line = lines.readLine();
      assertThat(line).as("the stream has %s", last).isNotNull();
      if (line.startsWith("event: ")) {
        events.add(line.substring("event: ".length()));
      }
    }
    return events;
  }

  @Test
  void whatBecomesOfTheVideosAndOfTheWorkoutIsStreamed() throws Exception {
    String slug = workouts.exercise("streamed");
    String path = workouts.prescribed(item(slug, 5), item(slug, 10));
    workouts.prescribed(item(slug, 15));
    HttpResponse<InputStream> stream = follow(path, TestWorkouts.SPECIALIST);
    assertThat(stream.statusCode()).isEqualTo(200);
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), UTF_8))) {
      api.renders().begin(order(slug, 5, 1));
      workouts.ready(order(slug, 15, 1));
      workouts.ready(order(slug, 5, 1));
      workouts.ready(order(slug, 10, 1));
      assertThat(events(lines, "workout.visible"))
          .as("of its own renders, and of it after its last one")
          .containsExactly("queued", "queued", "rendering", "ready", "ready", "workout.visible");
      workouts.step(path, "complete");
      assertThat(events(lines, "workout.completed")).containsExactly("workout.completed");
    }
  }

  @Test
  void aCallerWhoseCareLinkEndsGetsNoMore() throws Exception {
    UUID specialist = UUID.randomUUID();
    api.person(TestCoreApi.ORG, specialist, "specialist");
    api.link(TestCoreApi.ORG, TestCoreApi.PATIENT, specialist);
    String slug = workouts.exercise("stream-ends");
    String path = workouts.prescribed(item(slug, 5));
    HttpResponse<InputStream> stream =
        follow(path, Tokens.of(Role.SPECIALIST, TestCoreApi.ORG, specialist));
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), UTF_8))) {
      assertThat(events(lines, "queued")).containsExactly("queued");
      api.unlink(TestCoreApi.ORG, TestCoreApi.PATIENT, specialist);
      workouts.ready(order(slug, 5, 1));
      // The next sign of life comes after the poll that would have sent the change.
      String line;
      do {
        line = lines.readLine();
        assertThat(line).doesNotStartWith("event: ");
      } while (!line.equals(": still here"));
    }
    assertThat(follow(path, Tokens.of(Role.SPECIALIST, TestCoreApi.ORG, specialist)).statusCode())
        .isEqualTo(404);
  }

  /** Those who follow all renders are the platform's, and learn nothing of workouts. */
  @Test
  void workoutsAreNotAmongTheChangesOfAllRenders() throws Exception {
    String slug = workouts.exercise("not-of-all");
    String path = workouts.prescribed(item(slug, 5));
    workouts.ready(order(slug, 5, 1));
    assertThat(workouts.status(path)).isEqualTo("visible");
    assertThat(
            new RenderChanges(Database.over(api.databaseAs("admin")))
                .after(new RenderChanges.OfAll(), 0, 1000))
        .isNotEmpty()
        .noneMatch(change -> change.kind().startsWith("workout."));
  }
}
