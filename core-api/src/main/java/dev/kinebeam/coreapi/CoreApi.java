package dev.kinebeam.coreapi;

import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.bundle.StoredFiles;
import dev.kinebeam.catalog.credentials.ProviderCredentials;
import dev.kinebeam.catalog.credentials.ProviderSecret;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.RowSecurity;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.coreapi.deadletters.DeadLetterReader;
import dev.kinebeam.coreapi.providers.VideoReady;
import dev.kinebeam.coreapi.recording.BucketRecordings;
import dev.kinebeam.coreapi.recording.Recordings;
import dev.kinebeam.coreapi.signin.SignIn;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.SessionRecords;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.config.HttpAddress;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.program.process.StartException;
import dev.kinebeam.schemas.Topics;
import dev.kinebeam.web.auth.BearerAuthenticator;
import dev.kinebeam.web.http.ApiServer;
import dev.kinebeam.web.server.ServerFrame;
import dev.kinebeam.web.server.ServerMeters;
import java.io.IOException;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/**
 * A running Core API: everything that {@link CoreApiConfig} names, wired and listening. Closing it
 * lets the requests in flight finish, and then closes everything in the opposite order.
 */
public final class CoreApi extends ServerFrame {
  private static final Identity IDENTITY = new Identity("core-api", "Core API", 9405);

  private static final int ADMIN_CONNECTIONS = 4;

  private final CoreApiConfig config;

  private CoreApi(CoreApiConfig config) {
    super(IDENTITY, config.listen(), ownMeters());
    this.config = config;
  }

  /**
   * Starts a Core API. The database must answer, since it may not serve before it knows that its
   * role cannot go around row-level security; Kafka and the object store need not be up.
   *
   * @throws StartException when it cannot start, or must not
   */
  public static CoreApi start(CoreApiConfig config) throws StartException {
    CoreApi coreApi = new CoreApi(config);
    coreApi.begin();
    return coreApi;
  }

  @Override
  protected Interface open() throws StartException {
    Database database = add(Database.open(config.database()));
    RowSecurity.require(database, CoreApiOptions.GROUP);
    ProviderCredentials credentials = new ProviderCredentials(database, config.credentials());
    credentials.requireReadable(config.signIn().development());
    add(config.database().watch(dependencies, "look-ups and automations"));
    add(config.kafka().watch(dependencies, "counting of dead letters", false));
    return () -> setup(parts(database, credentials));
  }

  private static ServerMeters ownMeters() {
    return new ServerMeters(
        "kinebeam.core.api",
        Map.of(
            "kinebeam.dead.letters",
            "Dead letters in media-events-rejected by source and reason; each Core API counts them"
                + " all.",
            VideoReady.COUNTER,
            "Messages of video hosts by provider and outcome."));
  }

  private CoreApiParts parts(Database database, ProviderCredentials credentials) {
    KafkaSettings kafka = config.kafka();
    add(DeadLetterReader.start(kafka, meters.registry()));
    return new CoreApiParts(
        database,
        config.archive().map(this::recordings),
        config.webhookSecrets(),
        new CoreApiParts.Providers(
            credentials,
            (provider, outcome) ->
                meters.count(VideoReady.COUNTER, "provider", provider, "outcome", outcome)),
        catalogue(config.catalogue(), credentials),
        new SignIn(database, config.signIn(), this::listens, Clock.systemUTC()),
        Clock.systemUTC());
  }

  private URI listens() {
    return URI.create(HttpAddress.of(config.listen().host(), port()));
  }

  private CoreApiParts.Catalogue catalogue(
      CoreApiConfig.Catalogue settings, ProviderCredentials credentials) {
    return new CoreApiParts.Catalogue(
        settings
            .admin()
            .map(login -> add(Database.open(login, ADMIN_CONNECTIONS, Duration.ofSeconds(3)))),
        settings.assets().map(this::bundles),
        settings
            .hosts()
            .map(
                hosts ->
                    hosts.withCloudflareToken(
                        () -> credentials.secret(ProviderSecret.CLOUDFLARE_API_TOKEN)))
            .map(VideoHosts::open),
        settings.personalVideos().map(this::recordedVideos));
  }

  private ObjectStore recordedVideos(ObjectStoreSettings bucket) {
    ObjectStore store = add(ObjectStore.open(bucket));
    add(ObjectStore.watch(bucket, dependencies, "recordings of therapists", false));
    return store;
  }

  private Bundles bundles(ObjectStoreSettings bucket) {
    ObjectStore store = add(ObjectStore.open(bucket));
    add(ObjectStore.watch(bucket, dependencies, "bundles of exercises", false));
    return new Bundles(new StoredFiles(store));
  }

  private Recordings recordings(ObjectStoreSettings bucket) {
    ObjectStore store = add(ObjectStore.open(bucket));
    add(ObjectStore.watch(bucket, dependencies, "recordings", false));
    int partitions = Topics.partitions(Topics.MEDIA_EVENTS);
    return new Recordings(
        new SessionRecords(ArchiveStore.bucket(store), partitions),
        new BucketRecordings(store),
        Clock.systemUTC());
  }

  private ApiServer.Setup setup(CoreApiParts parts) throws IOException {
    return setup(
        config.limits(),
        budget(config.limits()),
        parts.routes(),
        parts.signIn().recognising(BearerAuthenticator.ofTokens(config.auth())),
        parts.pages(config.pages()));
  }
}
