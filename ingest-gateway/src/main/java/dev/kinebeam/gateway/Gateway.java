package dev.kinebeam.gateway;

import dev.kinebeam.catalog.archive.ArchiveStore;
import dev.kinebeam.catalog.archive.SessionRecords;
import dev.kinebeam.catalog.db.ConsentGate;
import dev.kinebeam.catalog.db.Consents;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.DatabaseWatch;
import dev.kinebeam.catalog.db.RowSecurity;
import dev.kinebeam.catalog.host.BunnyStream;
import dev.kinebeam.catalog.store.ObjectStore;
import dev.kinebeam.catalog.store.ObjectStoreSettings;
import dev.kinebeam.gateway.auth.BearerAuthenticator;
import dev.kinebeam.gateway.automations.AutomationFeed;
import dev.kinebeam.gateway.automations.FeedState;
import dev.kinebeam.gateway.http.ApiServer;
import dev.kinebeam.gateway.http.BodyBudget;
import dev.kinebeam.gateway.http.Cors;
import dev.kinebeam.gateway.http.Pages;
import dev.kinebeam.gateway.letters.DeadLetterReader;
import dev.kinebeam.gateway.log.EventLog;
import dev.kinebeam.gateway.log.KafkaEventLog;
import dev.kinebeam.gateway.recording.BucketShelf;
import dev.kinebeam.gateway.recording.Recordings;
import dev.kinebeam.gateway.render.Doorbell;
import dev.kinebeam.gateway.render.RenderResultsReader;
import dev.kinebeam.gateway.render.StoredFiles;
import dev.kinebeam.observability.AdminServer;
import dev.kinebeam.observability.Dependencies;
import dev.kinebeam.observability.Dependency;
import dev.kinebeam.observability.Metrics;
import dev.kinebeam.schemas.Topics;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jdbi.v3.core.JdbiException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: everything that {@link GatewayConfig} names, wired and listening. Closing it
 * lets the requests in flight finish, and then lets go of everything in the opposite order.
 */
public final class Gateway implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private static final int USUAL_ADMIN_PORT = 9400;

  private final Deque<AutoCloseable> open = new ArrayDeque<>();
  private final Metrics metrics = new Metrics();
  private final Dependencies dependencies = new Dependencies(metrics);
  private final FeedState feedState = new FeedState();
  private final ApiServer api;
  private final AdminServer admin;

  private Gateway(GatewayConfig config) throws GatewayStartException {
    try {
      Database database = opened(Database.open(config.database()));
      requireRowSecurity(database);
      warnOfOpenComposer(config);
      EventLog log = opened(new KafkaEventLog(config.kafka()));
      GatewayMeters meters = opened(new GatewayMeters());
      watch(config, log);
      admin = opened(startAdmin(config.listen(), meters));
      api = opened(startApi(config, parts(config, database, log, meters), meters));
      LOG.info("listening at {}:{}", config.listen().host(), api.port());
    } catch (IOException e) {
      close();
      throw new GatewayStartException(e.getMessage(), e);
    } catch (GatewayStartException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a gateway. The database must answer, since the gateway may not serve before it knows
   * that its role cannot go around row-level security; Kafka and the object store need not be up.
   *
   * @throws GatewayStartException when it cannot start, or must not
   */
  public static Gateway start(GatewayConfig config) throws GatewayStartException {
    return new Gateway(config);
  }

  private GatewayParts parts(
      GatewayConfig config, Database database, EventLog log, GatewayMeters meters) {
    Doorbell doorbell = new Doorbell();
    AutomationFeed feed = opened(AutomationFeed.start(database, config.kafka().bootstrapServers()));
    opened(feedState.export(metrics, feed));
    opened(RenderResultsReader.start(config.kafka().bootstrapServers(), doorbell));
    opened(DeadLetterReader.start(config.kafka().bootstrapServers(), meters.registry()));
    ObjectStore assets = opened(ObjectStore.open(config.assets()));
    opened(ObjectStore.watch(config.assets(), dependencies, "bundles of compose orders", false));
    BunnyStream host = BunnyStream.open(config.videoHost());
    return new GatewayParts(
        database,
        ConsentGate.remembering(
            config.limits().consentMemory(),
            meters.timed(new Consents(database)::active),
            Consents.ANALYTICS),
        log,
        new StoredFiles(assets),
        doorbell,
        hostVideoId -> host.playback(hostVideoId).hls(),
        config.archive().map(this::recordings),
        config.limits().http().bodies().maxBytes(),
        new BodyBudget(config.limits().http().bodies().maxHeldBytes()),
        meters.registry(),
        Clock.systemUTC());
  }

  private Recordings recordings(ObjectStoreSettings bucket) {
    ObjectStore store = opened(ObjectStore.open(bucket));
    opened(ObjectStore.watch(bucket, dependencies, "recordings", false));
    int partitions = Topics.partitions(Topics.MEDIA_EVENTS);
    return new Recordings(
        new SessionRecords(ArchiveStore.bucket(store), partitions),
        new BucketShelf(store),
        Clock.systemUTC());
  }

  private static ApiServer startApi(GatewayConfig config, GatewayParts parts, GatewayMeters meters)
      throws IOException {
    GatewayConfig.Listen listen = config.listen();
    return ApiServer.start(
        new ApiServer.Setup(
            listen.host(),
            listen.port(),
            config.limits().http(),
            parts.bodies(),
            parts.routes(),
            new BearerAuthenticator(config.auth()),
            new Cors(listen.corsOrigins()),
            new Pages(Optional.of(config.videoHost().cdn().toString())),
            meters::answered));
  }

  /** Without database or Kafka it is not ready; without objects it still takes events. */
  private void watch(GatewayConfig config, EventLog log) {
    opened(dependencies);
    opened(
        DatabaseWatch.over(
            config.database(),
            dependencies,
            "consents, look-ups and automations",
            feedState::read));
    opened(
        dependencies.watch(
            Dependency.kafka(config.kafka().bootstrapServers()),
            "accepting of events",
            () -> () -> requireAnswer(log)));
  }

  private static void requireAnswer(EventLog log) throws IOException {
    if (!log.answers()) {
      throw new IOException("it does not answer, or has refused this gateway's producer");
    }
  }

  private AdminServer startAdmin(GatewayConfig.Listen listen, GatewayMeters meters)
      throws IOException {
    return listen
        .admin()
        .start(
            "gateway",
            USUAL_ADMIN_PORT,
            dependencies,
            metrics,
            () -> meters.scrape() + metrics.text());
  }

  private static void requireRowSecurity(Database database) throws GatewayStartException {
    Optional<String> bypass;
    try {
      bypass = RowSecurity.bypass(database);
    } catch (JdbiException e) {
      throw new GatewayStartException(
          "the database does not answer (" + rootMessage(e) + "); check DATABASE_URL and the user",
          e);
    }
    if (bypass.isPresent()) {
      throw new GatewayStartException(
          "the database role "
              + bypass.get()
              + ", so row-level security would not keep organisations apart; use a login that is a"
              + " plain member of kinebeam_gateway",
          null);
    }
  }

  private static String rootMessage(Throwable e) {
    Throwable root = e;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.getMessage();
  }

  private static void warnOfOpenComposer(GatewayConfig config) {
    if (config.auth().composerToken().isEmpty()) {
      LOG.warn("COMPOSER_TOKEN is empty: anybody may compose; for development only");
    }
  }

  /** The port of the interface and the pages. */
  public int port() {
    return api.port();
  }

  /** The port of health and metrics. */
  public int adminPort() {
    return admin.port();
  }

  private <T extends AutoCloseable> T opened(T part) {
    open.push(part);
    return part;
  }

  @Override
  @SuppressWarnings("CatchingUnchecked") // what does not close must not keep the rest open
  public void close() {
    while (!open.isEmpty()) {
      AutoCloseable part = open.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} does not close", part.getClass().getSimpleName(), e);
      }
    }
  }
}
