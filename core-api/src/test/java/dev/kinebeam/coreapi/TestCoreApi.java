package dev.kinebeam.coreapi;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.WebhookSecrets;
import dev.kinebeam.coreapi.recording.Recordings;
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
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.Jdbi;

/**
 * The Core API over real HTTP and a real PostgreSQL; the archive is a folder, and recordings are in
 * memory behind the API's own interface.
 */
public final class TestCoreApi extends ApiClient {
  public static final UUID ORG = UUID.randomUUID();
  public static final UUID OTHER_ORG = UUID.randomUUID();
  public static final UUID PATIENT = UUID.randomUUID();
  public static final String SLUG = "lumbar-detensioning";
  private static final int MAX_HELD = 2 * 1024 * 1024;

  /** The archive, as a folder. */
  public final ArchiveStore archive;

  public final MemoryStore store = new MemoryStore();
  final TestPostgres postgres = TestPostgres.migrated();
  private final CoreApiParts parts;
  private final ApiServer server;

  private TestCoreApi(int maxInFlight) throws IOException {
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
    new Exercises(Database.over(postgres.owner()))
        .ensureRepsBased(SLUG, "Lumbar detensioning", "media-1");
    parts =
        new CoreApiParts(
            Database.over(postgres.as("core_api")),
            Optional.of(recordings),
            Optional.of(new WebhookSecrets("a key of thirty-two characters or more")),
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
                BearerAuthenticator.ofTokens(Tokens.config()),
                new Cors(Set.of("https://clinic.example")),
                parts.pages(
                    new CoreApiConfig.PageOrigins(
                        URI.create("https://gateway.example"),
                        List.of(URI.create("https://videos.example")))),
                (method, route, status, nanos) -> {}));
  }

  public static TestCoreApi start() throws IOException {
    return serving(32);
  }

  /** One that serves so many requests at a time. */
  public static TestCoreApi serving(int maxInFlight) throws IOException {
    return new TestCoreApi(maxInFlight);
  }

  /** Recordings in memory; the links lead nowhere. */
  public static final class MemoryStore implements Recordings.Store {
    public final Map<String, byte[]> objects = new ConcurrentHashMap<>();
    public volatile boolean unavailable;

    @Override
    public Optional<byte[]> read(String key) throws IOException {
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

  public Jdbi owner() {
    return Jdbi.create(postgres.owner());
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

  public static String patientToken() {
    return Tokens.of(Role.PATIENT, ORG, PATIENT);
  }

  @Override
  public void close() throws IOException {
    server.close();
    postgres.close();
  }
}
