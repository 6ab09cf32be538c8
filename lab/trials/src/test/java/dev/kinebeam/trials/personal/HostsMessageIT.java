package dev.kinebeam.trials.personal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.coreapi.CoreApi;
import dev.kinebeam.coreapi.CoreApiMain;
import dev.kinebeam.localstack.services.CloudflareService;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.localstack.standin.SampleVideo;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.observability.Metrics;
import dev.kinebeam.program.process.StartException;
import dev.kinebeam.programs.process.FreePorts;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.testkit.TestPostgres;
import dev.kinebeam.trials.pages.RecordingsBucket;
import dev.kinebeam.trials.pages.SmallClinic;
import dev.kinebeam.trials.servers.RunningParts;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.worker.personal.PersonalVideoSettings;
import dev.kinebeam.worker.personal.PersonalVideoWorker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The message of a host that a video is ready, from the host's stand-in to the patient's new video:
 * signed, over HTTP, through the Core API's route and the database to a worker.
 */
@Tag("servers")
class HostsMessageIT {
  private static final String ROUTES = "/v2/personalized-exercise-videos";
  private static final String NO_PASSWORD = "none is asked for";

  private static final Duration PROMISED = Duration.ofSeconds(2);
  private static final String STEPS = "kinebeam_worker_personal_video_steps_total";

  @TempDir static Path folder;

  private static final RunningParts PARTS = new RunningParts();
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private static final Metrics METRICS = new Metrics();
  private static URI address;
  private static Path film;
  private static Jdbi owner;
  private static CloudflareService cloudflare;

  @BeforeAll
  static void start() throws Exception {
    film = SampleVideo.write(folder.resolve("film.mp4"), 2);
    TestPostgres postgres = TestPostgres.migrated();
    PARTS.keep(postgres::close);
    owner = Jdbi.create(postgres.owner());
    SmallClinic.fill(owner, Instant.now());
    RecordingsBucket bucket = RecordingsBucket.start(Files.createDirectory(folder.resolve("s3")));
    PARTS.keep(bucket::close);
    address = URI.create("http://127.0.0.1:" + new FreePorts(PortChoice.FREE).free());
    cloudflare =
        CloudflareService.start(
            StackSettings.forTests(folder.resolve("cloudflare"))
                .withWebhook(address.resolve("/webhooks/video-ready/cloudflare_stream")));
    PARTS.keep(cloudflare::close);
    cloudflare.order(Map.of("neverFinish", Integer.MAX_VALUE));
    Map<String, String> env = new HashMap<>(bucket.settings());
    env.putAll(cloudflare.environment());
    CoreApi api = coreApi(postgres, env);
    PARTS.keep(api::close);
    Database database = Database.open(settings(postgres, "worker"), 4, Duration.ofSeconds(20));
    PARTS.keep(database::close);
    PersonalVideoWorker worker =
        PersonalVideoWorker.start(
            database,
            "worker-1",
            PersonalVideoSettings.fromEnvironment(
                    env,
                    VideoHosts.Settings.ifNamed(env),
                    Optional.empty(),
                    PersonalVideoSettings.AT_ONCE,
                    Duration.ofDays(7))
                .orElseThrow(),
            METRICS,
            Clock.systemUTC());
    PARTS.keep(worker::close);
  }

  private static DatabaseSettings settings(TestPostgres postgres, String user) {
    return new DatabaseSettings(postgres.url(user).replaceAll("\\?.*", ""), user, NO_PASSWORD);
  }

  private static CoreApi coreApi(TestPostgres postgres, Map<String, String> settings)
      throws StartException {
    Map<String, String> env = new HashMap<>(settings);
    env.put("AUTH_HS256_SECRET", Tokens.SECRET);
    env.put("DATABASE_PASSWORD", NO_PASSWORD);
    DatabaseSettings database = settings(postgres, "core_api");
    return CoreApi.start(
        CoreApiMain.configure(
            env,
            "--development",
            "--port=" + address.getPort(),
            "--admin-port=0",
            "--auth-issuer=" + Tokens.ISSUER,
            "--auth-audience=" + Tokens.AUDIENCE,
            "--kafka-bootstrap-servers=127.0.0.1:9",
            "--database-url=" + database.url(),
            "--database-user=" + database.user()));
  }

  @AfterAll
  static void stop() throws Exception {
    PARTS.close();
  }

  /**
   * The worker's own poll is an hour away, so that nothing else can be the cause. On a machine that
   * is busy with something else a second or third video shows what is promised.
   */
  @Test
  void theMessageHasTheHostAskedOnceAndTheVideoActiveAtOnce() throws Exception {
    List<UUID> exercises =
        owner.withHandle(
            handle ->
                handle
                    .select("SELECT exercise_id FROM exercises ORDER BY slug LIMIT 3")
                    .mapTo(UUID.class)
                    .list());
    Duration least = Duration.ofDays(1);
    for (int i = 0; i < exercises.size() && least.compareTo(PROMISED) > 0; i++) {
      Duration taken = fromReadyToActive(uploaded(exercises.get(i)));
      least = taken.compareTo(least) < 0 ? taken : least;
    }
    assertThat(least).isLessThan(PROMISED);
  }

  /** Uploads the film as the recorder does; answers the video's id. */
  private static long uploaded(UUID exercise) throws Exception {
    JsonNode video =
        post(
            "/upload-url",
            Map.of("patientId", SmallClinic.EMILY.id(), "exerciseId", exercise),
            201);
    HttpRequest.Builder put =
        HttpRequest.newBuilder(URI.create(video.path("uploadUrl").asText()))
            .header("Content-Type", "video/mp4")
            .PUT(HttpRequest.BodyPublishers.ofFile(film));
    assertThat(HTTP.send(put.build(), BodyHandlers.discarding()).statusCode()).isEqualTo(200);
    long id = video.path("id").asLong();
    post("/" + id + "/upload-complete", Map.of(), 202);
    return id;
  }

  private static JsonNode post(String path, Map<String, ?> body, int status) throws Exception {
    SmallClinic.Person therapist = SmallClinic.ENGLISH_SPECIALIST;
    HttpResponse<String> answer =
        HTTP.send(
            HttpRequest.newBuilder(address.resolve(ROUTES + path))
                .header(
                    "Authorization",
                    "Bearer " + Tokens.of(Role.SPECIALIST, therapist.org(), therapist.id()))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(Json.bytes(body)))
                .build(),
            BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return Json.MAPPER.readTree(answer.body());
  }

  private static Duration fromReadyToActive(long id) throws Exception {
    double before = steps();
    Eventually.until("the poll of " + id + " is an hour away", () -> postponed(id));
    String hosted = of(id, "hosted_id");
    long ready = System.nanoTime();
    cloudflare.order(Map.of("finish", hosted));
    Eventually.until(
        () -> "active: " + of(id, "status") + " " + of(id, "failure_text"),
        () -> of(id, "active").equals("true"));
    Duration taken = Duration.ofNanos(System.nanoTime() - ready);
    Eventually.until("the task of " + id + " has ended", () -> tasks(id) == 0);
    assertThat(steps() - before).as("the copy, and one question").isEqualTo(2);
    assertThat(of(id, "polls")).as("of the worker's own").isEqualTo("0");
    return taken;
  }

  /** Once the host has it and its task waits: moves the first poll away. */
  private static boolean postponed(long id) {
    return owner.inTransaction(
        handle -> {
          int tasks =
              handle
                  .createUpdate(
                      """
                      UPDATE personal_video_tasks AS t SET execution_time = now() + interval '1 hour'
                        FROM personalized_exercise_videos AS v
                       WHERE v.id = :id AND t.task_instance = 'personalized-video-' || v.id
                         AND NOT t.picked AND v.hosted_id IS NOT NULL AND v.woken_at IS NULL
                      """)
                  .bind("id", id)
                  .execute();
          handle
              .createUpdate(
                  "UPDATE personalized_exercise_videos SET next_poll_at = now() + interval '1 hour'"
                      + " WHERE id = :id AND :tasks = 1")
              .bind("id", id)
              .bind("tasks", tasks)
              .execute();
          return tasks == 1;
        });
  }

  private static String of(long id, String column) {
    return owner.withHandle(
        handle ->
            handle
                .select(
                    "SELECT coalesce("
                        + column
                        + "::text, '') FROM personalized_exercise_videos WHERE id = ?",
                    id)
                .mapTo(String.class)
                .one());
  }

  private static int tasks(long id) {
    return owner.withHandle(
        handle ->
            handle
                .select(
                    "SELECT count(*) FROM personal_video_tasks WHERE task_instance = ?",
                    "personalized-video-" + id)
                .mapTo(Integer.class)
                .one());
  }

  /** Copies made and questions asked by the worker. */
  private static double steps() {
    Matcher steps = Pattern.compile("(?m)^" + STEPS + " (\\S+)$").matcher(METRICS.text());
    assertThat(steps.find()).isTrue();
    return Double.parseDouble(steps.group(1));
  }
}
