package dev.kinebeam.gateway;

import dev.kinebeam.catalog.db.ConsentGate;
import dev.kinebeam.catalog.db.Consents;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.RowSecurity;
import dev.kinebeam.catalog.host.BunnyStream;
import dev.kinebeam.gateway.log.EventLog;
import dev.kinebeam.gateway.log.KafkaEventLog;
import dev.kinebeam.gateway.render.RenderNotifier;
import dev.kinebeam.gateway.render.RenderResultsReader;
import dev.kinebeam.gateway.render.StoredFiles;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.program.observability.AdminServer;
import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Metrics;
import dev.kinebeam.program.process.ResourceStack;
import dev.kinebeam.program.process.StartException;
import dev.kinebeam.web.auth.BearerAuthenticator;
import dev.kinebeam.web.http.ApiServer;
import dev.kinebeam.web.http.BodyBudget;
import dev.kinebeam.web.http.Cors;
import dev.kinebeam.web.http.Pages;
import dev.kinebeam.web.server.RunningServer;
import dev.kinebeam.web.server.ServerMeters;
import java.io.IOException;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: everything that {@link GatewayConfig} names, wired and listening. Closing it
 * lets the requests in flight finish, and then closes everything in the opposite order.
 */
public final class Gateway implements RunningServer {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);

  private static final int USUAL_ADMIN_PORT = 9400;

  private final ResourceStack open = new ResourceStack();
  private final Metrics metrics = new Metrics();
  private final Dependencies dependencies = new Dependencies(metrics);
  private final ApiServer api;
  private final AdminServer admin;

  private Gateway(GatewayConfig config) throws StartException {
    try {
      Database database = open.add(Database.open(config.database()));
      RowSecurity.require(database, "kinebeam_gateway");
      warnOfOpenComposer(config);
      EventLog log = open.add(new KafkaEventLog(config.kafka()));
      ServerMeters meters = open.add(GatewayMeters.open());
      watch(config, log);
      admin =
          open.add(
              config
                  .listen()
                  .admin()
                  .start(
                      "gateway",
                      USUAL_ADMIN_PORT,
                      dependencies,
                      metrics,
                      () -> meters.scrape() + metrics.text()));
      api = open.add(startApi(config, parts(config, database, log, meters), meters));
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
   * Starts a gateway. The database must answer, since the gateway may not serve before it knows
   * that its role cannot go around row-level security; Kafka and the object store need not be up.
   *
   * @throws StartException when it cannot start, or must not
   */
  public static Gateway start(GatewayConfig config) throws StartException {
    return new Gateway(config);
  }

  private GatewayParts parts(
      GatewayConfig config, Database database, EventLog log, ServerMeters meters) {
    RenderNotifier notifier = new RenderNotifier();
    open.add(RenderResultsReader.start(config.kafka().kafka(), notifier));
    ObjectStore assets = open.add(ObjectStore.open(config.assets()));
    open.add(ObjectStore.watch(config.assets(), dependencies, "bundles of compose orders", false));
    BunnyStream host = BunnyStream.open(config.videoHost());
    return new GatewayParts(
        database,
        ConsentGate.remembering(
            config.limits().consentMemory(),
            GatewayMeters.timed(new Consents(database)::active, meters.registry()),
            Consents.ANALYTICS),
        log,
        new GatewayParts.Rendering(
            new StoredFiles(assets), notifier, hostVideoId -> host.playback(hostVideoId).hls()),
        new GatewayParts.Bodies(
            config.limits().http().bodies().maxBytes(),
            new BodyBudget(config.limits().http().bodies().maxHeldBytes())),
        meters.registry(),
        Clock.systemUTC());
  }

  private static ApiServer startApi(GatewayConfig config, GatewayParts parts, ServerMeters meters)
      throws IOException {
    return ApiServer.start(
        new ApiServer.Setup(
            new ApiServer.Address(config.listen().host(), config.listen().port()),
            config.limits().http(),
            parts.bodies().budget(),
            parts.routes(),
            BearerAuthenticator.withComposer(config.auth(), config.composerToken()),
            new Cors(config.listen().corsOrigins()),
            Pages.ofInterface("ingest-gateway"),
            meters::answered));
  }

  /** Without database or Kafka it is not ready; without objects it still takes events. */
  private void watch(GatewayConfig config, EventLog log) {
    open.add(dependencies);
    open.add(config.database().watch(dependencies, "consents and look-ups"));
    open.add(
        dependencies.watch(
            config.kafka().kafka().dependency(),
            "accepting of events",
            () -> () -> requireAnswer(log)));
  }

  private static void requireAnswer(EventLog log) throws IOException {
    if (!log.answers()) {
      throw new IOException("it does not answer, or has refused this gateway's producer");
    }
  }

  private static void warnOfOpenComposer(GatewayConfig config) {
    if (config.composerToken().isEmpty()) {
      LOG.warn("COMPOSER_TOKEN is empty: anyone may compose; for development only");
    }
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
