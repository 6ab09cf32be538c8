package dev.kinebeam.coreapi;

import dev.kinebeam.catalog.credentials.CredentialSettings;
import dev.kinebeam.catalog.db.WebhookSecrets;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.coreapi.catalogue.CatalogueAccess;
import dev.kinebeam.coreapi.signin.SignInConfig;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.config.Environment;
import dev.kinebeam.program.database.DatabaseOptions;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.kafka.KafkaOptions;
import dev.kinebeam.schemas.Masked;
import dev.kinebeam.web.server.AuthOptions;
import dev.kinebeam.web.server.EnvironmentDefaults;
import dev.kinebeam.web.server.ListenAddress;
import dev.kinebeam.web.server.ServerOptions;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The Core API's flags; each takes its default from the environment. Secrets have no flag. */
final class CoreApiOptions {
  private static final String ASSETS = "S3_ASSETS_BUCKET";
  private static final String PERSONAL_VIDEOS = "PERSONAL_VIDEOS_BUCKET";
  static final String GROUP = "kinebeam_core_api";

  /** The pages publish the gateway's address and put it into their security policy. */
  private static final Pattern ORIGIN = Pattern.compile("(https?://[A-Za-z0-9.:\\[\\]-]+)/?");

  @Option(
      names = "--port",
      defaultValue = "8090",
      description = "Port of the interface and the pages; 0 = a free one (${DEFAULT-VALUE}).")
  private int port;

  @Mixin private final ServerOptions server = new ServerOptions();

  @Mixin private final AuthOptions auth = new AuthOptions();

  @Option(
      names = "--gateway-url",
      defaultValue = "http://127.0.0.1:8080",
      description = "Where the pages find the ingest gateway (${DEFAULT-VALUE}).")
  private URI gateway;

  @Option(
      names = "--public-url",
      description = "Where browsers find the Core API, such as https://app.clinic.example.")
  private @Nullable URI publicUrl;

  @Option(
      names = "--development",
      // A flag alone would switch off what the environment has switched on.
      arity = "0..1",
      defaultValue = "false",
      fallbackValue = "true",
      description =
          "Lets everyone sign in as any person of the database; on a loopback address only.")
  private boolean development;

  @Mixin private final KafkaOptions kafka = new KafkaOptions();

  @Mixin private final DatabaseOptions database = new DatabaseOptions();

  /** The environment's defaults: {@code CORE_API_PORT} and so on. */
  static final class Defaults extends EnvironmentDefaults {
    Defaults() {
      super("CORE_API");
    }
  }

  /**
   * The configuration that flags and environment give.
   *
   * @throws IllegalArgumentException saying which of them is missing or wrong
   */
  CoreApiConfig config(Map<String, String> env) {
    DatabaseSettings own = database.settings(env, GROUP);
    ListenAddress listen = server.listen(port);
    return new CoreApiConfig(
        listen,
        server.limits(),
        auth.config(env),
        kafka.settings(),
        own,
        Environment.of(env)
            .optional(ArchiveStore.BUCKET)
            .map(bucket -> ObjectStoreSettings.forBucket(env, bucket)),
        Environment.of(env).optional(WebhookSecrets.KEY).map(WebhookSecrets::new),
        CredentialSettings.fromEnvironment(env),
        catalogue(env, own),
        signIn(env, listen),
        new CoreApiConfig.PageOrigins(
            origin("--gateway-url", gateway),
            VideoHosts.playedFrom(Environment.of(env)),
            personalVideos(env).map(ObjectStoreSettings::signedOrigin)));
  }

  private SignInConfig signIn(Map<String, String> env, ListenAddress listen) {
    if (development && !isLoopback(listen.host())) {
      throw new IllegalArgumentException(
          "--development lets everyone sign in as any person of the database, and --host is "
              + listen.host()
              + ": listen on 127.0.0.1, or leave --development (CORE_API_DEVELOPMENT) out");
    }
    return SignInConfig.of(
        Environment.of(env),
        development,
        Optional.ofNullable(publicUrl).map(address -> origin("--public-url", address)));
  }

  private static boolean isLoopback(String host) {
    try {
      return InetAddress.getByName(host).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** The administrators' login is of the same database. */
  private static CoreApiConfig.Catalogue catalogue(Map<String, String> env, DatabaseSettings own) {
    Environment names = Environment.of(env);
    return new CoreApiConfig.Catalogue(
        names
            .optional(CatalogueAccess.ADMIN_USER)
            .map(
                user ->
                    new DatabaseSettings(
                        own.url(), user, names.secret(CatalogueAccess.ADMIN_PASSWORD).orElse(""))),
        names.optional(ASSETS).map(bucket -> ObjectStoreSettings.forBucket(env, bucket)),
        signs(names) ? VideoHosts.Settings.ifNamed(env) : Optional.empty(),
        personalVideos(env));
  }

  private static Optional<ObjectStoreSettings> personalVideos(Map<String, String> env) {
    return Environment.of(env)
        .optional(PERSONAL_VIDEOS)
        .map(bucket -> ObjectStoreSettings.forBucket(env, bucket));
  }

  /** Without keys the pages know where videos are played from, and nothing is signed here. */
  private static boolean signs(Environment env) {
    boolean bunny = env.optional("BUNNY_STREAM_API_KEY").isPresent();
    if (bunny && env.optional("BUNNY_STREAM_TOKEN_KEY").isEmpty()) {
      throw new IllegalArgumentException(
          "BUNNY_STREAM_TOKEN_KEY is not set; patients get signed addresses only: set it to the"
              + " library's token authentication key, or leave BUNNY_STREAM_API_KEY out");
    }
    return bunny
        || env.optional("VIDEO_HOST_TOKEN_KEY").isPresent()
        || env.optional("CLOUDFLARE_STREAM_SIGNING_KEY").isPresent();
  }

  /** The address without a slash behind it, if it is nothing else than an origin. */
  private static URI origin(String flag, URI address) {
    Matcher origin = ORIGIN.matcher(address.toString());
    if (!origin.matches() || address.getHost() == null) {
      throw new IllegalArgumentException(
          "%s is %s; it must be http or https, a host and a port, such as"
                  .formatted(flag, Masked.address(address))
              + " https://events.clinic.example");
    }
    return URI.create(origin.group(1));
  }
}
