package dev.kinebeam.coreapi.workouts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderFailure;
import dev.kinebeam.coreapi.TestCoreApi;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.Segment;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.testing.ApiClient.Answer;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Workouts over HTTP, and their renders as the render job records them. */
record TestWorkouts(TestCoreApi api) {
  static final String PATIENT = TestCoreApi.patientToken();
  static final String SPECIALIST = TestCoreApi.specialistToken();
  static final String SERVICE = Tokens.of(Role.SERVICE, TestCoreApi.ORG, UUID.randomUUID());

  private static final String SUPERADMIN =
      Tokens.of(Role.SUPERADMIN, TestCoreApi.ORG, UUID.randomUUID());

  static LocalDate today() {
    return LocalDate.now(ZoneOffset.UTC);
  }

  /** A published exercise with audio in Romanian; the name is new in each test. */
  String exercise(String slug) {
    new Exercises(Database.over(api.databaseOwner()))
        .ensureRepsBased(slug, "Bend", "media-" + slug);
    api.primitives.put(slug, List.of("ro", "de"), List.of("ro"));
    return slug;
  }

  static String item(String slug, int reps) {
    return "{\"exercise\":\"%s\",\"language\":\"ro\",\"sets\":[{\"side\":\"left\",\"reps\":%d}]}"
        .formatted(slug, reps);
  }

  static String body(String... items) {
    return body(today(), items);
  }

  static String body(LocalDate day, String... items) {
    return body(TestCoreApi.PATIENT, day, items);
  }

  static String body(UUID patient, LocalDate day, String... items) {
    return "{\"patient_id\":\"%s\",\"scheduled_for\":\"%s\",\"exercises\":[%s]}"
        .formatted(patient, day, String.join(",", items));
  }

  static ComposeOrder order(String slug, int reps, int version) {
    return new ComposeOrder(
        new Recipe(slug, "ro", List.of(new SetSpec("left", reps)), null, false), version, false);
  }

  Answer prescribe(String body) throws Exception {
    return post("/v1/workouts", body, SPECIALIST);
  }

  /** The path of a workout that was prescribed. */
  String prescribed(String... items) throws Exception {
    return prescribedBy(body(items));
  }

  /** The path of the workout that this body prescribes. */
  String prescribedBy(String body) throws Exception {
    Answer answer = prescribe(body);
    assertThat(answer.status()).as(answer.text()).isEqualTo(201);
    return answer.header("Location");
  }

  Answer post(String path, String body, String token) throws Exception {
    return api.send(api.post(path, token, body.getBytes(UTF_8)));
  }

  JsonNode step(String path, String step) throws Exception {
    Answer answer = post(path + "/" + step, "{}", SPECIALIST);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  JsonNode read(String path) throws Exception {
    Answer answer = api.get(path, SPECIALIST);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return answer.json();
  }

  String status(String path) throws Exception {
    return read(path).path("status").asText();
  }

  int statusForPatient(String path) throws Exception {
    return api.get(path, PATIENT).status();
  }

  void ready(ComposeOrder order) {
    ready(order, List.of());
  }

  void ready(ComposeOrder order, List<Segment> segments) {
    ready(order, "own", segments);
  }

  void ready(ComposeOrder order, String host, List<Segment> segments) {
    api.renders()
        .ready(
            order,
            new Render.Outcome(
                host,
                order.renderId().toString(),
                20,
                Optional.empty(),
                Optional.empty(),
                segments));
  }

  /** A personal video as the worker leaves it; returns its id. */
  long personalVideo(UUID patient, String slug, String status) {
    return api.owner()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        """
                        INSERT INTO personalized_exercise_videos
                               (org_id, patient_id, exercise_id, doctor_id, content_type, etag, host,
                                hosted_id, duration_seconds, status, active, failure_code)
                        SELECT p.org_id, p.person_id, e.exercise_id, :doctor, 'video/mp4', 'an-etag',
                               'own', gen_random_uuid()::text, 30, :status, :status = 'COMPLETED',
                               CASE WHEN :status = 'FAILED' THEN 'too_long' END
                          FROM people AS p, exercises AS e
                         WHERE p.person_id = :patient AND e.slug = :slug
                        RETURNING id
                        """)
                    .bind("doctor", TestCoreApi.SPECIALIST)
                    .bind("status", status)
                    .bind("patient", patient)
                    .bind("slug", slug)
                    .mapTo(Long.class)
                    .one());
  }

  void merge(String slug, String successor) throws Exception {
    curate(slug, "merge", "{\"into\":\"" + id(successor) + "\"}");
  }

  /** Takes a merge back. */
  void restore(String slug) throws Exception {
    curate(slug, "restore", "{}");
  }

  private void curate(String slug, String step, String body) throws Exception {
    Answer answer = post("/v1/admin/exercises/" + id(slug) + "/" + step, body, SUPERADMIN);
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
  }

  private UUID id(String slug) {
    return api.owner()
        .withHandle(
            handle ->
                handle
                    .select("SELECT exercise_id FROM exercises WHERE slug = ?", slug)
                    .mapTo(UUID.class)
                    .one());
  }

  void failed(ComposeOrder order, String reason, boolean retryable) {
    api.renders().failed(order, new RenderFailure(reason, retryable));
  }

  void version(String slug, int version) {
    api.owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE exercises SET asset_version = ? WHERE slug = ?", version, slug));
  }

  long count(String sql, Object... values) {
    return api.owner().withHandle(handle -> handle.select(sql, values).mapTo(Long.class).one());
  }

  /** Waits until so many transactions wait for a lock. */
  void awaitWaiting(int transactions) {
    String waiting =
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            + " AND wait_event_type = 'Lock'";
    Eventually.until("a transaction waits", () -> count(waiting) >= transactions);
  }
}
