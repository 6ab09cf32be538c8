package dev.kinebeam.gateway;

import dev.kinebeam.catalog.bundle.StoredFiles;
import dev.kinebeam.catalog.db.ConsentGate;
import dev.kinebeam.catalog.db.Consents;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.RowSecurity;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.gateway.log.EventLog;
import dev.kinebeam.gateway.log.KafkaEventLog;
import dev.kinebeam.gateway.render.RenderNotifier;
import dev.kinebeam.gateway.render.RenderResultsReader;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.program.process.StartException;
import dev.kinebeam.web.auth.AuthConfig;
import dev.kinebeam.web.auth.BearerAuthenticator;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.http.ApiServer;
import dev.kinebeam.web.http.Pages;
import dev.kinebeam.web.server.ServerFrame;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running gateway: everything that {@link GatewayConfig} names, wired and listening. Closing it
 * lets the requests in flight finish, and then closes everything in the opposite order.
 */
public final class Gateway extends ServerFrame {
  private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
  private static final Identity IDENTITY = new Identity("gateway", "gateway", 9400);

  private final GatewayConfig config;

  private Gateway(GatewayConfig config) {
    super(IDENTITY, config.listen(), GatewayMeters.open());
    this.config = config;
  }

  /**
   * Starts a gateway. The database must answer, since the gateway may not serve before it knows
   * that its role cannot go around row-level security; Kafka and the object store need not be up.
   *
   * @throws StartException when it cannot start, or must not
   */
  public static Gateway start(GatewayConfig config) throws StartException {
    Gateway gateway = new Gateway(config);
    gateway.begin();
    return gateway;
  }

  @Override
  protected Interface open() throws StartException {
    Database database = add(Database.open(config.database()));
    RowSecurity.require(database, "kinebeam_gateway");
    warnOfOpenComposer();
    EventLog log = add(new KafkaEventLog(config.kafka()));
    watch(log);
    return () -> setup(parts(database, log));
  }

  private GatewayParts parts(Database database, EventLog log) {
    RenderNotifier notifier = new RenderNotifier();
    add(RenderResultsReader.start(config.kafka().kafka(), notifier));
    ObjectStore assets = add(ObjectStore.open(config.assets()));
    add(ObjectStore.watch(config.assets(), dependencies, "bundles of compose orders", false));
    VideoHosts hosts = VideoHosts.open(config.videoHosts());
    return new GatewayParts(
        database,
        ConsentGate.remembering(
            config.limits().consentMemory(),
            GatewayMeters.timed(new Consents(database)::active, meters.registry()),
            Consents.ANALYTICS),
        log,
        new GatewayParts.Rendering(
            new StoredFiles(assets), notifier, (host, id) -> hosts.named(host).playback(id).hls()),
        new GatewayParts.Bodies(
            config.limits().http().bodies().maxBytes(), budget(config.limits().http())),
        meters.registry(),
        Clock.systemUTC());
  }

  private ApiServer.Setup setup(GatewayParts parts) throws IOException {
    return setup(
        config.limits().http(),
        parts.bodies().budget(),
        parts.routes(),
        authenticator(config.auth(), config.composerToken()),
        Pages.ofInterface("ingest-gateway"));
  }

  static BearerAuthenticator authenticator(AuthConfig auth, Optional<Secret> composerToken) {
    return composerToken
        .map(token -> BearerAuthenticator.withComposer(auth, token))
        .orElseGet(() -> BearerAuthenticator.withOpenRoute(auth, GatewayParts.COMPOSE));
  }

  /** Without database or Kafka it is not ready; without objects it still takes events. */
  private void watch(EventLog log) {
    add(config.database().watch(dependencies, "consents and look-ups"));
    add(
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

  private void warnOfOpenComposer() {
    if (config.composerToken().isEmpty()) {
      LOG.warn("COMPOSER_TOKEN is empty: anyone may order renders; for development only");
    }
  }
}
