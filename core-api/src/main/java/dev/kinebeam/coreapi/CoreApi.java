package dev.kinebeam.coreapi;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.RowSecurity;
import dev.kinebeam.coreapi.automations.AutomationFeed;
import dev.kinebeam.coreapi.automations.FeedState;
import dev.kinebeam.coreapi.deadletters.DeadLetterReader;
import dev.kinebeam.coreapi.recording.BucketRecordings;
import dev.kinebeam.coreapi.recording.Recordings;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.SessionRecords;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.program.observability.AdminServer;
import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Metrics;
import dev.kinebeam.program.process.ResourceStack;
import dev.kinebeam.program.process.StartException;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.web.auth.BearerAuthenticator;
import dev.kinebeam.web.http.ApiServer;
import dev.kinebeam.web.http.BodyBudget;
import dev.kinebeam.web.http.Cors;
import dev.kinebeam.web.server.RunningServer;
import dev.kinebeam.web.server.ServerMeters;
import java.io.IOException;
import java.time.Clock;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running Core API: everything that {@link CoreApiConfig} names, wired and listening. Closing it
 * lets the requests in flight finish, and then closes everything in the opposite order.
 */
public final class CoreApi implements RunningServer {
  private static final Logger LOG = LoggerFactory.getLogger(CoreApi.class);

  private static final int USUAL_ADMIN_PORT = 9405;

  private final ResourceStack open = new ResourceStack();
  private final Metrics metrics = new Metrics();
  private final Dependencies dependencies = new Dependencies(metrics);
  private final FeedState feedState = new FeedState();
  private final ApiServer api;
  private final AdminServer admin;

  private CoreApi(CoreApiConfig config) throws StartException {
    try {
      Database database = open.add(Database.open(config.database()));
      RowSecurity.require(database, CoreApiOptions.GROUP);
      ServerMeters meters = open.add(meters());
      open.add(dependencies);
      open.add(config.database().watch(dependencies, "look-ups and automations", feedState::read));
      admin =
          open.add(
              config
                  .listen()
                  .admin()
                  .start(
                      "core-api",
                      USUAL_ADMIN_PORT,
                      dependencies,
                      metrics,
                      () -> meters.scrape() + metrics.text()));
      api = open.add(startApi(config, parts(config, database, meters), meters));
      LOG.info("listening at {}:{}", config.listen().host(), api.port());
    } catch (IOException e) {
      close();
      throw new StartException(String.valueOf(e.getMessage()), e);
    } catch (StartException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * Starts a Core API. The database must answer, since it may not serve before it knows that its
   * role cannot go around row-level security; Kafka and the object store need not be up.
   *
   * @throws StartException when it cannot start, or must not
   */
  public static CoreApi start(CoreApiConfig config) throws StartException {
    return new CoreApi(config);
  }

  static ServerMeters meters() {
    return new ServerMeters(
        "kinebeam.core.api",
        Map.of(
            "kinebeam.dead.letters",
            "Dead letters in media-events-rejected by source and reason; each Core API counts them"
                + " all."));
  }

  private CoreApiParts parts(CoreApiConfig config, Database database, ServerMeters meters) {
    KafkaSettings kafka = config.kafka();
    AutomationFeed feed = open.add(AutomationFeed.start(database, kafka));
    open.add(feedState.export(metrics, feed));
    open.add(DeadLetterReader.start(kafka, meters.registry()));
    return new CoreApiParts(database, config.archive().map(this::recordings), Clock.systemUTC());
  }

  private Recordings recordings(ObjectStoreSettings bucket) {
    ObjectStore store = open.add(ObjectStore.open(bucket));
    open.add(ObjectStore.watch(bucket, dependencies, "recordings", false));
    int partitions = Topics.partitions(Topics.MEDIA_EVENTS);
    return new Recordings(
        new SessionRecords(ArchiveStore.bucket(store), partitions),
        new BucketRecordings(store),
        Clock.systemUTC());
  }

  private static ApiServer startApi(CoreApiConfig config, CoreApiParts parts, ServerMeters meters)
      throws IOException {
    return ApiServer.start(
        new ApiServer.Setup(
            new ApiServer.Address(config.listen().host(), config.listen().port()),
            config.limits(),
            new BodyBudget(config.limits().bodies().maxHeldBytes()),
            parts.routes(),
            BearerAuthenticator.ofTokens(config.auth()),
            new Cors(config.listen().corsOrigins()),
            parts.pages(config.pages()),
            meters::answered));
  }

  @Override
  public int port() {
    return api.port();
  }

  @Override
  public int adminPort() {
    return admin.port();
  }

  @Override
  public void close() {
    open.close();
  }
}
