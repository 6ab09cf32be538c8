package dev.kinebeam.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.db.ConsentGate;
import dev.kinebeam.catalog.db.Consents;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.RenderLane;
import dev.kinebeam.catalog.db.RenderOutbox;
import dev.kinebeam.gateway.log.MemoryEventLog;
import dev.kinebeam.gateway.render.RenderNotifier;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.testkit.TestPostgres;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.auth.Tokens;
import dev.kinebeam.web.http.ApiServer;
import dev.kinebeam.web.http.BodyBudget;
import dev.kinebeam.web.http.BodyLimits;
import dev.kinebeam.web.http.Cors;
import dev.kinebeam.web.http.HttpLimits;
import dev.kinebeam.web.http.Pages;
import dev.kinebeam.web.http.Route;
import dev.kinebeam.web.http.Timeouts;
import dev.kinebeam.web.http.TrustedProxies;
import dev.kinebeam.web.testing.ApiClient;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.Jdbi;

/**
 * The gateway over real HTTP and a real PostgreSQL; Kafka and the object store are in memory behind
 * the gateway's own interfaces.
 */
public final class TestGateway extends ApiClient {
  public static final UUID ORG = UUID.randomUUID();
  public static final UUID OTHER_ORG = UUID.randomUUID();
  public static final UUID PATIENT = UUID.randomUUID();
  public static final String COMPOSER = "the composer's token";
  public static final String SLUG = "lumbar-detensioning";

  /** Exercises whose bundles lack something. */
  public static final String NO_VARIANT = "no-variant";

  public static final String NO_MANIFEST = "no-manifest";

  /** An exercise that no test asks for before the object store is unavailable. */
  public static final String UNAVAILABLE = "away";

  /** Bytes of bodies that all requests together may hold. */
  static final int MAX_HELD = 2 * 1024 * 1024;

  static final int UNFINISHED_PER_CALLER = 16;

  public final MemoryEventLog log = new MemoryEventLog();
  public final RenderNotifier notifier = new RenderNotifier();
  public volatile boolean consentStoreUnavailable;
  public volatile boolean objectStoreUnavailable;

  private final Map<String, byte[]> primitives = new ConcurrentHashMap<>();
  private final BodyBudget bodies = new BodyBudget("gateway", MAX_HELD);
  final TestPostgres postgres = TestPostgres.migrated();
  private final Database database;
  private final ApiServer server;

  private TestGateway(HttpLimits limits, Optional<Secret> composerToken) throws IOException {
    super("ingest-gateway");
    owner()
        .useHandle(
            handle -> {
              for (UUID org : List.of(ORG, OTHER_ORG)) {
                handle.execute(
                    "INSERT INTO organizations (org_id, name) VALUES (?, 'Clinic')", org);
              }
            });
    setConsent(ORG, PATIENT, true);
    Exercises exercises = new Exercises(Database.over(postgres.owner()));
    exercises.ensureRepsBased(SLUG, "Lumbar detensioning", "media-1");
    for (String slug : List.of(NO_VARIANT, NO_MANIFEST, UNAVAILABLE)) {
      exercises.ensureRepsBased(slug, slug, slug);
    }
    addBundle(SLUG);
    addBundle(NO_VARIANT);
    primitives.remove(NO_VARIANT + "/rep-right-video-1.mp4");
    database = Database.over(postgres.as("gateway"));
    server =
        ApiServer.start(
            new ApiServer.Setup(
                new ApiServer.Address("gateway", "127.0.0.1", 0),
                limits,
                bodies,
                parts().routes(),
                Gateway.authenticator(Tokens.config(), composerToken),
                new Cors(Set.of("https://clinic.example")),
                Pages.ofInterface("ingest-gateway"),
                (method, route, status, nanos) -> {}));
  }

  public static TestGateway start() throws IOException {
    return serving(32);
  }

  /** A gateway that serves so many requests at a time. */
  static TestGateway serving(int maxInFlight) throws IOException {
    return new TestGateway(
        limits(maxInFlight, Duration.ofSeconds(20)), Optional.of(new Secret(COMPOSER)));
  }

  /** A gateway that waits so long for requests in flight when it stops. */
  static TestGateway stoppingWithin(Duration stopTimeout) throws IOException {
    return new TestGateway(limits(32, stopTimeout), Optional.of(new Secret(COMPOSER)));
  }

  /** A gateway that was given no token of the composer. */
  static TestGateway withoutComposerToken() throws IOException {
    return new TestGateway(limits(32, Duration.ofSeconds(20)), Optional.empty());
  }

  private static HttpLimits limits(int maxInFlight, Duration stopTimeout) {
    return new HttpLimits(
        maxInFlight,
        stopTimeout,
        Timeouts.USUAL,
        new BodyLimits(1024 * 1024, MAX_HELD, UNFINISHED_PER_CALLER, 64, TrustedProxies.NONE));
  }

  private GatewayParts parts() {
    Consents consents = new Consents(database);
    ConsentGate.Source source =
        (org, patient, purpose) -> {
          if (consentStoreUnavailable) {
            throw new ConnectionException(new java.sql.SQLException("no route"));
          }
          return consents.active(org, patient, purpose);
        };
    return new GatewayParts(
        database,
        ConsentGate.remembering(Duration.ofNanos(1), source, Consents.ANALYTICS),
        log,
        new GatewayParts.Rendering(
            new MemoryFiles(),
            notifier,
            (host, id) -> URI.create("https://videos.example/" + id + "/playlist.m3u8")),
        new GatewayParts.Bodies(1024 * 1024, bodies),
        new SimpleMeterRegistry(),
        Clock.systemUTC());
  }

  private final class MemoryFiles implements Bundles.Files {
    @Override
    public List<String> list(String exercise) throws IOException {
      requireStore();
      return primitives.keySet().stream()
          .filter(key -> key.startsWith(exercise + "/"))
          .map(key -> key.substring(exercise.length() + 1))
          .toList();
    }

    @Override
    public byte[] read(String exercise, String file) throws IOException {
      requireStore();
      return primitives.get(exercise + "/" + file);
    }

    private void requireStore() throws IOException {
      if (objectStoreUnavailable) {
        throw new IOException("the object store is unavailable");
      }
    }
  }

  public Jdbi owner() {
    return Jdbi.create(postgres.owner());
  }

  /** The renders as the render job writes them. */
  public ExerciseRenders renders() {
    return new ExerciseRenders(Database.over(postgres.owner()));
  }

  /** The orders that wait to be sent to the composers, the oldest first. */
  public List<ComposeOrder> orders() {
    return new RenderOutbox(Database.over(postgres.owner()))
        .due(RenderLane.INTERACTIVE, 100).stream()
            .map(entry -> ComposeOrder.parse(entry.value()))
            .map(parsed -> ((ComposeOrder.Valid) parsed).order().with("", 0))
            .toList();
  }

  private void addBundle(String slug) {
    String manifest =
        """
        {"exercise":"%s","reps_per_video_block":5,"counts_per_audio_master":20,
         "sides":["left","right"],"languages":["ro"]}
        """
            .formatted(slug);
    primitives.put(slug + "/manifest.json", manifest.getBytes(UTF_8));
    for (String part : List.of("intro", "pauza", "outro", "rep-left", "rep-right")) {
      primitives.put(slug + "/" + part + "-video-1.mp4", new byte[0]);
      primitives.put(slug + "/audio/ro/" + part + "-vo-1.mp3", new byte[0]);
    }
  }

  public void setConsent(UUID orgId, UUID patientId, boolean active) {
    owner()
        .useHandle(
            handle ->
                handle.execute(
                    """
                    INSERT INTO consents (org_id, patient_id, purpose, active)
                    VALUES (?, ?, 'analytics', ?)
                    ON CONFLICT (org_id, patient_id, purpose) DO UPDATE SET active = excluded.active
                    """,
                    orgId,
                    patientId,
                    active));
  }

  List<Route> routes() {
    return parts().routes();
  }

  @Override
  public int port() {
    return server.port();
  }

  void stopServing() {
    server.close();
  }

  public static String patientToken() {
    return Tokens.of(Role.PATIENT, ORG, PATIENT);
  }

  public Answer postEvents(String body) throws IOException, InterruptedException {
    return send(post("/v1/media/events", patientToken(), body.getBytes(UTF_8)));
  }

  @Override
  public void close() {
    server.close();
    postgres.close();
  }
}
