package dev.kinebeam.localstack.services;

import dev.kinebeam.objectstore.ObjectStoreSettings.Credentials;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.schemas.Masked;
import java.net.URI;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where the services are and how to log in to them. Holds secrets: not to be logged ({@code
 * toString} hides them).
 *
 * @param kafkaBootstrapServers {@code host:port}
 * @param database the database and its logins
 * @param objectStore the S3 server
 * @param videoHost the stand-in for Bunny Stream
 * @param ownHost our own video host, if one was started beside these services; it takes new videos
 *     then
 * @param authSecret HS256 key of tokens in this run
 * @param composerToken bearer token of {@code POST /v1/compose} in this run
 * @param webhookKey of which the secrets of webhooks are derived in this run
 * @param signingKeys of the Core API's tokens for the gateway in this run
 */
public record Endpoints(
    String kafkaBootstrapServers,
    Database database,
    ObjectStoreAccess objectStore,
    VideoHostAccess videoHost,
    Optional<OwnHostAccess> ownHost,
    String authSecret,
    String composerToken,
    String webhookKey,
    String signingKeys) {
  /** Where the Core API is found by its usual port. */
  private static final String CORE_API = "http://127.0.0.1:8090";

  /** Kafka, as every program is given it. */
  public KafkaSettings kafka() {
    return new KafkaSettings(kafkaBootstrapServers);
  }

  /** A user with its password. */
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return user;
    }
  }

  /**
   * A database with a login per program.
   *
   * @param url JDBC address
   * @param admin superuser, for migrations and for accounting across tenants
   * @param programs what each program logs in with
   */
  public record Database(String url, Login admin, Map<ProgramRole, Login> programs) {
    public Database {
      programs = Map.copyOf(programs);
    }

    @Override
    public String toString() {
      return Masked.address(url);
    }
  }

  /**
   * An S3 server, spoken to in path style.
   *
   * @param reader may list the bucket of the filming primitives and get its objects, nothing else
   * @param getter may get its objects, nothing else
   * @param bucket of the filming primitives
   * @param archiveBucket of the archived events
   * @param personalVideosBucket of what therapists recorded for single patients
   */
  public record ObjectStoreAccess(
      URI endpoint,
      String region,
      String accessKeyId,
      String secretAccessKey,
      Credentials reader,
      Credentials getter,
      String bucket,
      String archiveBucket,
      String personalVideosBucket) {
    @Override
    public String toString() {
      return Masked.address(endpoint) + "/" + bucket;
    }
  }

  /**
   * Our own video host.
   *
   * @param url of its API, and where players fetch videos
   * @param bucket of its videos and their mezzanines
   */
  public record OwnHostAccess(URI url, String apiKey, String tokenKey, String bucket) {
    @Override
    public String toString() {
      return Masked.address(url);
    }
  }

  /** These services and our own video host, which takes new videos. */
  public Endpoints with(OwnHostAccess host) {
    return new Endpoints(
        kafkaBootstrapServers,
        database,
        objectStore,
        videoHost,
        Optional.of(host),
        authSecret,
        composerToken,
        webhookKey,
        signingKeys);
  }

  /**
   * A host that speaks Bunny Stream's API.
   *
   * @param baseUrl of the API
   * @param cdn where players fetch files
   * @param apiKey full access
   * @param readOnlyKey signs webhooks
   * @param tokenKey signs playback addresses
   */
  public record VideoHostAccess(
      URI baseUrl, URI cdn, String libraryId, String apiKey, String readOnlyKey, String tokenKey) {
    @Override
    public String toString() {
      return Masked.address(baseUrl) + "/library/" + libraryId;
    }
  }

  /** The environment that this program is configured by, in a stable order. */
  public Map<String, String> toEnvironment(ProgramRole program) {
    Login login = database.programs().get(program);
    Map<String, String> env = new LinkedHashMap<>();
    env.put("KAFKA_BOOTSTRAP_SERVERS", kafkaBootstrapServers);
    env.put("DATABASE_URL", database.url());
    env.put("DATABASE_USER", login.user());
    env.put("DATABASE_PASSWORD", login.password());
    env.put("S3_ENDPOINT", objectStore.endpoint().toString());
    env.put("S3_REGION", objectStore.region());
    env.put("S3_ACCESS_KEY_ID", objectStore.accessKeyId());
    env.put("S3_SECRET_ACCESS_KEY", objectStore.secretAccessKey());
    env.put("S3_ASSETS_BUCKET", objectStore.bucket());
    env.put("S3_ARCHIVE_BUCKET", objectStore.archiveBucket());
    env.put("BUNNY_STREAM_CDN_HOSTNAME", videoHost.cdn().toString());
    env.put("BUNNY_STREAM_BASE_URL", videoHost.baseUrl().toString());
    env.put("BUNNY_STREAM_API_KEY", videoHost.apiKey());
    env.put("BUNNY_STREAM_LIBRARY_ID", videoHost.libraryId());
    env.put("BUNNY_STREAM_TOKEN_KEY", videoHost.tokenKey());
    env.put("BUNNY_STREAM_READ_ONLY_KEY", videoHost.readOnlyKey());
    putVideoHost(env, program);
    if (program == ProgramRole.GATEWAY || program == ProgramRole.CORE_API) {
      env.put("AUTH_HS256_SECRET", authSecret);
    }
    if (program == ProgramRole.CORE_API) {
      Login admin = database.programs().get(ProgramRole.ADMIN);
      env.put("ADMIN_DATABASE_USER", admin.user());
      env.put("ADMIN_DATABASE_PASSWORD", admin.password());
      env.put("CORE_API_DEVELOPMENT", "true");
      env.put("CORE_API_SIGNING_KEYS", signingKeys);
    }
    if (program == ProgramRole.CORE_API || program == ProgramRole.WORKER) {
      env.put("WEBHOOK_SECRET_KEY", webhookKey);
      env.put("PERSONAL_VIDEOS_BUCKET", objectStore.personalVideosBucket());
    }
    if (program == ProgramRole.GATEWAY) {
      env.put("COMPOSER_TOKEN", composerToken);
      env.put("GATEWAY_CORE_API_ISSUER", CORE_API);
      env.put("GATEWAY_CORS_ORIGINS", CORE_API);
    }
    return env;
  }

  private static final Set<ProgramRole> ASK_OUR_HOST =
      EnumSet.of(ProgramRole.RENDER, ProgramRole.WORKER, ProgramRole.CORE_API, ProgramRole.ADMIN);
  private static final Set<ProgramRole> KEEP_MEZZANINES =
      EnumSet.of(ProgramRole.RENDER, ProgramRole.WORKER);

  /** Which host takes new videos, and our own if there is one. */
  private void putVideoHost(Map<String, String> env, ProgramRole program) {
    if (program != ProgramRole.CORE_API) {
      env.put("VIDEO_HOST", ownHost.isPresent() ? "own" : "bunny");
    }
    ownHost.ifPresent(
        own -> {
          env.put("VIDEO_HOST_URL", own.url().toString());
          env.put("VIDEO_HOST_TOKEN_KEY", own.tokenKey());
          if (ASK_OUR_HOST.contains(program)) {
            env.put("VIDEO_HOST_API_KEY", own.apiKey());
          }
          if (KEEP_MEZZANINES.contains(program)) {
            env.put("S3_MEZZANINE_BUCKET", own.bucket());
          }
        });
  }

  @Override
  public String toString() {
    return "Kafka %s, database %s, S3 %s, video host %s"
        .formatted(kafkaBootstrapServers, database, objectStore, videoHost);
  }
}
