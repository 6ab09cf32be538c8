package dev.kinebeam.trials.pages;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.host.OwnHost;
import dev.kinebeam.catalog.host.PlaybackToken;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.observability.AdminAddress;
import dev.kinebeam.program.observability.Metrics;
import dev.kinebeam.programs.process.FreePorts;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.testkit.Eventually;
import dev.kinebeam.trials.browser.Chromium;
import dev.kinebeam.trials.servers.RunningParts;
import dev.kinebeam.videohost.HostConfig;
import dev.kinebeam.videohost.HostServer;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.http.HttpLimits;
import dev.kinebeam.web.server.ListenAddress;
import dev.kinebeam.worker.personal.PersonalVideoSettings;
import dev.kinebeam.worker.personal.PersonalVideoWorker;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From a therapist's camera to the patient's player: the recorder's page, the routes, the bucket,
 * the worker's part for personal videos, our own video host, and the workout's page; nothing is
 * entered by the test in between.
 */
@Tag("browser")
class RecordedVideoPlaysIT {
  private static final SmallClinic.Person PATIENT = SmallClinic.EMILY;
  private static final String API_KEY = "an API key";
  private static final String MEZZANINES = "mezzanines";
  private static final int LONG_MS = 20_000;
  private static final String PLAYS =
      "!document.querySelector('video:not(.offstage)').paused"
          + " && document.querySelector('video:not(.offstage)').currentTime > 0.3";
  private static final Pattern SEGMENT = Pattern.compile("/t/([^/]+)/s/[^/]+\\.m4s");

  @TempDir static Path folder;

  private static final RunningParts PARTS = new RunningParts();
  private static SignedVideos gateway;
  private static URI host;
  private static PagesHarness harness;

  @BeforeAll
  static void start() throws Exception {
    RecordingsBucket bucket = RecordingsBucket.start(Files.createDirectory(folder.resolve("s3")));
    PARTS.keep(bucket::close);
    gateway = SignedVideos.start(Files.createDirectory(folder.resolve("events")));
    PARTS.keep(gateway::close);
    // The host asks which pages may play, and the pages where the host is.
    host = URI.create("http://127.0.0.1:" + new FreePorts(PortChoice.FREE).free());
    harness =
        PagesHarness.startWithCameras(
            new PagesHarness.Outside(host, gateway.origin()), bucket.settings());
    PARTS.keep(harness::close);
    startHost(bucket.settings());
    startWorker(bucket.settings());
  }

  private static void startHost(Map<String, String> bucket) throws Exception {
    ObjectStoreSettings mezzanines = ObjectStoreSettings.forBucket(bucket, MEZZANINES);
    try (ObjectStore store = ObjectStore.open(mezzanines)) {
      store.createBucket();
    }
    Path cache = folder.resolve("host");
    HostServer server =
        HostServer.start(
            new HostConfig(
                new ListenAddress(
                    host.getHost(),
                    host.getPort(),
                    new AdminAddress(host.getHost(), OptionalInt.of(0)),
                    Set.of(harness.address())),
                HttpLimits.of(64, Duration.ofSeconds(2)),
                new HostConfig.Keys(new Secret(API_KEY), new Secret(PagesHarness.TOKEN_KEY)),
                mezzanines,
                Optional.empty(),
                new HostConfig.CacheFolder(cache, cache.resolve(MEZZANINES), 1L << 30)));
    PARTS.keep(server::close);
  }

  private static void startWorker(Map<String, String> bucket) {
    Map<String, String> env = new HashMap<>(bucket);
    env.put("VIDEO_HOST", OwnHost.NAME);
    env.put("VIDEO_HOST_URL", host.toString());
    env.put("VIDEO_HOST_API_KEY", API_KEY);
    env.put("VIDEO_HOST_TOKEN_KEY", PagesHarness.TOKEN_KEY);
    Database database = Database.open(harness.login("worker"), 4, Duration.ofSeconds(20));
    PARTS.keep(database::close);
    PersonalVideoWorker worker =
        PersonalVideoWorker.start(
            database,
            "worker-1",
            PersonalVideoSettings.fromEnvironment(
                    env,
                    VideoHosts.Settings.ifNamed(env),
                    Optional.of(ObjectStoreSettings.forBucket(env, MEZZANINES)),
                    PersonalVideoSettings.AT_ONCE,
                    Duration.ofDays(7))
                .orElseThrow(),
            new Metrics(),
            Clock.systemUTC());
    PARTS.keep(worker::close);
  }

  @AfterAll
  static void stop() throws Exception {
    PARTS.close();
  }

  private static <T> T one(String sql, Class<T> type, Object... values) {
    return harness.owner().withHandle(handle -> handle.select(sql, values).mapTo(type).one());
  }

  private static String ofTheVideo(String column) {
    return one(
        "SELECT coalesce(" + column + "::text, '') FROM personalized_exercise_videos",
        String.class);
  }

  /** The first exercise of the patient's workout of today. */
  private static UUID prescribed() {
    return one(
        "SELECT x.exercise_id FROM workouts AS w JOIN workout_exercises AS x USING (workout_id)"
            + " WHERE w.patient_id = ? AND w.scheduled_for = ? AND x.position = 0",
        UUID.class,
        PATIENT.id(),
        LocalDate.now(ZoneId.of("Europe/Bucharest")));
  }

  @Test
  void whatIsRecordedPlaysInThePatientsWorkout() {
    Page recorder =
        harness.open(
            SmallClinic.ENGLISH_SPECIALIST,
            "/therapist/record?patient=" + PATIENT.id() + "&exercise=" + prescribed());
    RecorderTests.record(recorder, "1:57");
    RecorderTests.upload(recorder);
    RecorderTests.sent(recorder);
    Eventually.until(
        () -> "it plays: " + ofTheVideo("failure_text"),
        () -> !ofTheVideo("status").equals("PROCESSING_QUEUED"));
    assertThat(ofTheVideo("status")).as(ofTheVideo("failure_text")).isEqualTo("COMPLETED");
    recorder
        .getByText("The video is ready")
        .waitFor(new Locator.WaitForOptions().setTimeout(LONG_MS));
    recorder.context().close();

    Page page = harness.signIn(PATIENT);
    List<String> requests = new CopyOnWriteArrayList<>();
    page.onRequest(request -> requests.add(request.url()));
    harness.open(page, "/patient");
    assertThat(page.textContent(".over"))
        .contains("Recorded for you by " + SmallClinic.ENGLISH_SPECIALIST.name());
    page.click("#begin");
    Chromium.until(page, PLAYS, LONG_MS);
    UUID hosted = UUID.fromString(ofTheVideo("hosted_id"));
    assertThat(requests).as("segments of the recording").anyMatch(url -> isSegment(url, hosted));
    String mediaId = "\"personal:" + ofTheVideo("id") + "\"";
    page.waitForCondition(
        () ->
            gateway.events().stream()
                .anyMatch(body -> body.contains("\"session_end\"") && body.contains(mediaId)));
    page.context().close();
  }

  private static boolean isSegment(String url, UUID video) {
    Matcher segment = SEGMENT.matcher(url);
    return url.startsWith(host + "/")
        && segment.find()
        && PlaybackToken.read(PagesHarness.TOKEN_KEY, segment.group(1))
            .filter(token -> token.video().equals(video))
            .isPresent();
  }
}
