package dev.kinebeam.coreapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.credentials.CredentialSettings;
import dev.kinebeam.catalog.credentials.ProviderCredentials;
import dev.kinebeam.catalog.credentials.ProviderKeys;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.WebhookSecrets;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.coreapi.providers.VideoReady;
import dev.kinebeam.coreapi.recording.Recordings;
import dev.kinebeam.coreapi.signin.SignIn;
import dev.kinebeam.coreapi.signin.SignInConfig;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.SessionRecords;
import dev.kinebeam.testkit.TestPostgres;
import dev.kinebeam.web.auth.BearerAuthenticator;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.http.ApiServer;
import dev.kinebeam.web.http.BodyBudget;
import dev.kinebeam.web.http.BodyLimits;
import dev.kinebeam.web.http.Cors;
import dev.kinebeam.web.http.HttpLimits;
import dev.kinebeam.web.http.Route;
import dev.kinebeam.web.http.Timeouts;
import dev.kinebeam.web.http.TrustedProxies;
import dev.kinebeam.web.testing.ApiClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;
import org.jdbi.v3.core.Jdbi;

/**
 * The Core API over real HTTP and a real PostgreSQL; the archive is a folder, and recordings are in
 * memory behind the API's own interface.
 */
public final class TestCoreApi extends ApiClient {
  public static final UUID ORG = UUID.randomUUID();
  public static final UUID OTHER_ORG = UUID.randomUUID();
  public static final UUID PATIENT = UUID.randomUUID();

  /** Treats {@link #PATIENT}. */
  public static final UUID SPECIALIST = UUID.randomUUID();

  public static final String SLUG = "lumbar-detensioning";

  /** Nothing listens there: addresses are signed without asking the host. */
  private static final Map<String, String> HOSTS =
      Map.of("VIDEO_HOST_URL", "https://videos.example", "VIDEO_HOST_TOKEN_KEY", "a token key");

  private static final Map<String, String> PROVIDERS =
      Map.of(
          ProviderKeys.VARIABLE,
          "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=",
          "BUNNY_STREAM_READ_ONLY_KEY",
          "a read-only key");

  private static final SignInConfig DEVELOPMENT =
      new SignInConfig(true, Optional.empty(), Optional.empty(), Optional.empty());

  private static final String LOGIN = "core_api";
  private static final int MAX_HELD = 2 * 1024 * 1024;

  /** The archive, as a folder. */
  public final ArchiveStore archive;

  public final MemoryStore store = new MemoryStore();

  /** The filming primitives of exercises. */
  public final MemoryPrimitives primitives = new MemoryPrimitives();

  /** Where therapists upload recordings to. */
  public final StrictBucket bucket = StrictBucket.start();

  final TestPostgres postgres = TestPostgres.migrated();

  /** Counts what the Core API counts. */
  public final MeterRegistry meters = new SimpleMeterRegistry();

  private final CoreApiParts parts;
  private final ApiServer server;

  private TestCoreApi(int maxInFlight, SignInConfig signIn, String login) throws IOException {
    super("core-api");
    archive = ArchiveStore.folder(Files.createTempDirectory("archive"));
    Recordings recordings =
        new Recordings(new SessionRecords(archive, 1), store, Clock.systemUTC());
    owner()
        .useHandle(
            handle -> {
              for (UUID org : List.of(ORG, OTHER_ORG)) {
                handle.execute(
                    "INSERT INTO organizations (org_id, name) VALUES (?, 'Clinic')", org);
              }
            });
    person(ORG, PATIENT, "patient");
    person(ORG, SPECIALIST, "specialist");
    link(ORG, PATIENT, SPECIALIST);
    new Exercises(Database.over(postgres.owner()))
        .ensureRepsBased(SLUG, "Lumbar detensioning", "media-1");
    parts =
        new CoreApiParts(
            Database.over(postgres.as("core_api")),
            Optional.of(recordings),
            Optional.of(new WebhookSecrets("a key of thirty-two characters or more")),
            new CoreApiParts.Providers(
                new ProviderCredentials(
                    Database.over(postgres.as(LOGIN)),
                    CredentialSettings.fromEnvironment(PROVIDERS)),
                (provider, outcome) ->
                    meters
                        .counter(VideoReady.COUNTER, "provider", provider, "outcome", outcome)
                        .increment()),
            new CoreApiParts.Catalogue(
                Optional.of(Database.over(postgres.as("admin"))),
                Optional.of(new Bundles(primitives)),
                VideoHosts.Settings.ifNamed(HOSTS).map(VideoHosts::open),
                Optional.of(bucket.open())),
            new SignIn(
                Database.over(postgres.as(login)),
                signIn,
                () -> URI.create("http://127.0.0.1:" + port()),
                Clock.systemUTC()),
            Clock.systemUTC());
    server =
        ApiServer.start(
            new ApiServer.Setup(
                new ApiServer.Address("Core API", "127.0.0.1", 0),
                new HttpLimits(
                    maxInFlight,
                    Duration.ofSeconds(20),
                    Timeouts.USUAL,
                    new BodyLimits(1024 * 1024, MAX_HELD, 16, 64, TrustedProxies.NONE)),
                new BodyBudget("Core API", MAX_HELD),
                parts.routes(),
                parts.signIn().recognising(BearerAuthenticator.ofTokens(Tokens.config())),
                new Cors(Set.of("https://clinic.example")),
                parts.pages(
                    new CoreApiConfig.PageOrigins(
                        URI.create("https://gateway.example"),
                        List.of(URI.create("https://videos.example")),
                        Optional.of(URI.create("https://uploads.example")))),
                (method, route, status, nanos) -> {}));
  }

  public static TestCoreApi start() throws IOException {
    return serving(32);
  }

  /** One that serves so many requests at a time. */
  public static TestCoreApi serving(int maxInFlight) throws IOException {
    return new TestCoreApi(maxInFlight, DEVELOPMENT, LOGIN);
  }

  /** One whose people sign in like this. */
  public static TestCoreApi signingIn(SignInConfig signIn) throws IOException {
    return new TestCoreApi(32, signIn, LOGIN);
  }

  /** One with {@code --development} that signs people in by this login of the database. */
  public static TestCoreApi signingInBy(String login) throws IOException {
    return new TestCoreApi(32, DEVELOPMENT, login);
  }

  /** Recordings in memory; the links lead nowhere. */
  public static final class MemoryStore implements Recordings.Store {
    public final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    public volatile boolean unavailable;

    /** Done while a recording is being read. */
    public volatile Runnable whileReading = () -> {};

    @Override
    public Optional<byte[]> read(String key) throws IOException {
      whileReading.run();
      if (unavailable) {
        throw new IOException("the object store is unavailable");
      }
      return Optional.ofNullable(objects.get(key));
    }

    @Override
    public void put(String key, byte[] content) {
      objects.put(key, content);
    }

    @Override
    public URI link(String key, Duration validFor) {
      return URI.create("https://objects.example/" + key + "?for=" + validFor);
    }
  }

  /** Bundles in memory. */
  public static final class MemoryPrimitives implements Bundles.Files {
    private final Map<String, Map<String, byte[]>> files = new ConcurrentHashMap<>();
    public volatile boolean unavailable;

    /** A whole bundle, with audio in these languages only. */
    public void put(String exercise, List<String> languages, List<String> recorded) {
      Map<String, byte[]> bundle = new ConcurrentHashMap<>();
      bundle.put(
          "manifest.json",
          """
          {"exercise":"%s","reps_per_video_block":5,"counts_per_audio_master":20,
           "sides":["left","right"],"languages":["%s"]}
          """
              .formatted(exercise, String.join("\",\"", languages))
              .getBytes(UTF_8));
      for (String slot : List.of("intro", "pauza", "outro", "rep-left", "rep-right")) {
        bundle.put(slot + "-video-1.mp4", new byte[0]);
        recorded.forEach(
            language -> bundle.put("audio/" + language + "/" + slot + "-vo-1.mp3", new byte[0]));
      }
      files.put(exercise, bundle);
    }

    @Override
    public List<String> list(String exercise) throws IOException {
      if (unavailable) {
        throw new IOException("the object store is unavailable");
      }
      return List.copyOf(files.getOrDefault(exercise, Map.of()).keySet());
    }

    @Override
    public byte[] read(String exercise, String file) {
      return files.get(exercise).get(file);
    }
  }

  public Jdbi owner() {
    return Jdbi.create(databaseOwner());
  }

  /** Connections with the rights of a superuser. */
  public DataSource databaseOwner() {
    return postgres.owner();
  }

  /** Connections with the rights of one of the programs. */
  public DataSource databaseAs(String login) {
    return postgres.as(login);
  }

  /** Where a login finds the database, for a pool of its own. */
  public String databaseUrl(String login) {
    return postgres.url(login);
  }

  /** The renders as the render job writes them. */
  public ExerciseRenders renders() {
    return new ExerciseRenders(Database.over(postgres.owner()));
  }

  List<Route> routes() {
    return parts.routes();
  }

  @Override
  public int port() {
    return server.port();
  }

  public void stopServing() {
    server.close();
  }

  /** Enters a person of an organization. */
  public void person(UUID org, UUID person, String role) {
    owner()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO people (org_id, person_id, role, display_name)"
                        + " VALUES (?, ?, ?, 'Person') ON CONFLICT DO NOTHING",
                    org,
                    person,
                    role));
  }

  /** Signs a person of the database in; the cookie of the session, as browsers send it. */
  public String signIn(UUID person) throws IOException, InterruptedException {
    Answer answer =
        send(
            request("/auth/demo")
                .header("Origin", "http://127.0.0.1:" + port())
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{\"person_id\":\"" + person + "\"}")));
    if (answer.status() != 200) {
      throw new IllegalStateException(answer.text());
    }
    return answer.header("Set-Cookie").split(";", 2)[0];
  }

  /** Has a specialist treat a patient; both are entered. */
  public void link(UUID org, UUID patient, UUID specialist) {
    owner()
        .useHandle(
            handle ->
                handle.execute(
                    "INSERT INTO care_links (org_id, patient_id, specialist_id) VALUES (?, ?, ?)"
                        + " ON CONFLICT (org_id, patient_id, specialist_id)"
                        + " DO UPDATE SET ended_at = NULL",
                    org,
                    patient,
                    specialist));
  }

  /** Ends what {@link #link} began. */
  public void unlink(UUID org, UUID patient, UUID specialist) {
    owner()
        .useHandle(
            handle ->
                handle.execute(
                    "UPDATE care_links SET ended_at = now()"
                        + " WHERE org_id = ? AND patient_id = ? AND specialist_id = ?",
                    org,
                    patient,
                    specialist));
  }

  public static String specialistToken() {
    return Tokens.of(Role.SPECIALIST, ORG, SPECIALIST);
  }

  public static String patientToken() {
    return Tokens.of(Role.PATIENT, ORG, PATIENT);
  }

  @Override
  public void close() throws IOException {
    server.close();
    bucket.close();
    postgres.close();
  }
}
