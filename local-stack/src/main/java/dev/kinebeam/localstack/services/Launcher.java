package dev.kinebeam.localstack.services;

import dev.kinebeam.catalog.store.ObjectStore;
import dev.kinebeam.catalog.store.ObjectStoreSettings;
import dev.kinebeam.catalog.store.ObjectStoreSettings.Credentials;
import dev.kinebeam.localstack.services.Endpoints.Database;
import dev.kinebeam.localstack.services.Endpoints.ObjectStoreAccess;
import dev.kinebeam.localstack.services.Endpoints.VideoHostAccess;
import dev.kinebeam.localstack.services.StackSettings.Durability;
import dev.kinebeam.localstack.videohost.VideoHostMain;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Starts each service and makes in it what programs expect to find. Its methods may run at the same
 * time.
 */
final class Launcher {
  static final String KAFKA = "kafka";
  static final String S3 = "s3";
  static final String VIDEO_HOST = "video-host";
  static final List<String> JAVA_SERVICES = List.of(KAFKA, S3, VIDEO_HOST);

  private static final String ASSETS_BUCKET = "kinebeam-assets";
  private static final String ARCHIVE_BUCKET = "kinebeam-archive";
  private static final String REGION = "eu-central-1";
  private static final String LIBRARY_ID = "1";

  private static final int USUAL_KAFKA_PORT = 9092;
  private static final int USUAL_POSTGRES_PORT = 5432;
  private static final int USUAL_S3_PORT = 9000;
  private static final int USUAL_VIDEO_HOST_PORT = 9100;

  private final StackSettings settings;
  private final RunningServices running;

  /** Programs hold them, so a server that is started anew takes the same. */
  private final Credentials s3Keys = new Credentials(Secrets.random(), Secrets.random());

  /** They may list the assets bucket and get its objects, as a render job's role in production. */
  private final Credentials s3Reader = new Credentials(Secrets.random(), Secrets.random());

  /** They may get its objects only. */
  private final Credentials s3Getter = new Credentials(Secrets.random(), Secrets.random());

  private final int kafkaPort;
  private final int controllerPort;
  private final int postgresPort;
  private final int s3Port;
  private final int videoHostPort;

  Launcher(StackSettings settings, RunningServices running) throws IOException {
    this.settings = settings;
    this.running = running;
    FreePorts ports = new FreePorts(settings.ports());
    this.kafkaPort = ports.usualOrFree(USUAL_KAFKA_PORT);
    this.postgresPort = ports.usualOrFree(USUAL_POSTGRES_PORT);
    this.s3Port = ports.usualOrFree(USUAL_S3_PORT);
    this.videoHostPort = ports.usualOrFree(USUAL_VIDEO_HOST_PORT);
    this.controllerPort = ports.free();
  }

  /** Starts one service anew on its old port and data, after it was killed. */
  void revive(String name) throws IOException {
    switch (name) {
      case KAFKA -> kafka();
      // Its logins stay as they are: programs hold their passwords.
      case PostgresService.NAME -> ready(PostgresService.start(postgresPort, settings));
      case S3 -> s3();
      default ->
          throw new IllegalArgumentException(
              name + " cannot be started anew; kafka, postgres and s3 can");
    }
  }

  /** Returns the bootstrap servers. */
  String kafka() throws IOException {
    JavaProgram broker =
        new JavaProgram(
            KAFKA,
            ProjectHome.classPathOf("kafka-broker"),
            "dev.kinebeam.localstack.broker.BrokerMain",
            brokerJvm(),
            List.of(
                "--port", Integer.toString(kafkaPort),
                "--controller-port", Integer.toString(controllerPort),
                "--data-dir", data(KAFKA)),
            Map.of());
    ServiceReport report = ready(JavaService.start(broker, settings));
    String bootstrapServers = "127.0.0.1:" + report.port();
    TopicSetup.prepare(bootstrapServers);
    return bootstrapServers;
  }

  Database database() throws IOException {
    PostgresService server = PostgresService.start(postgresPort, settings);
    ready(server);
    return DatabaseSetup.prepare(server);
  }

  ObjectStoreAccess objectStore() throws IOException {
    URI endpoint = s3();
    for (String bucket : List.of(ASSETS_BUCKET, ARCHIVE_BUCKET)) {
      ObjectStoreSettings client =
          new ObjectStoreSettings(bucket, REGION, Optional.of(endpoint), Optional.of(s3Keys));
      try (ObjectStore store = ObjectStore.open(client)) {
        store.createBucket();
      }
    }
    return new ObjectStoreAccess(
        endpoint,
        REGION,
        s3Keys.accessKeyId(),
        s3Keys.secretAccessKey(),
        s3Reader,
        s3Getter,
        ASSETS_BUCKET,
        ARCHIVE_BUCKET);
  }

  private URI s3() throws IOException {
    JavaProgram server =
        new JavaProgram(
            S3,
            ProjectHome.classPathOf("s3-server"),
            "dev.kinebeam.localstack.s3.S3Main",
            smallJvm("96m"),
            List.of(
                "--port", Integer.toString(s3Port),
                "--data-dir", data(S3),
                "--readers-bucket", ASSETS_BUCKET),
            Map.of(
                "S3_ACCESS_KEY_ID", s3Keys.accessKeyId(),
                "S3_SECRET_ACCESS_KEY", s3Keys.secretAccessKey(),
                "S3_READER_ACCESS_KEY_ID", s3Reader.accessKeyId(),
                "S3_READER_SECRET_ACCESS_KEY", s3Reader.secretAccessKey(),
                "S3_GETTER_ACCESS_KEY_ID", s3Getter.accessKeyId(),
                "S3_GETTER_SECRET_ACCESS_KEY", s3Getter.secretAccessKey()));
    return local(ready(JavaService.start(server, settings)));
  }

  VideoHostAccess videoHost() throws IOException {
    String apiKey = Secrets.random();
    String readOnlyKey = Secrets.random();
    String tokenKey = Secrets.random();
    List<String> arguments =
        new ArrayList<>(
            List.of("--port", Integer.toString(videoHostPort), "--data-dir", data(VIDEO_HOST)));
    // Where the demo keeps its exercise and the render job its mezzanines: the host may compose.
    arguments.addAll(List.of("--bundles", data("sample")));
    arguments.addAll(List.of("--mezzanines", data("render/mezzanines")));
    settings
        .webhook()
        .ifPresent(address -> arguments.addAll(List.of("--webhook", address.toString())));
    JavaProgram server =
        new JavaProgram(
            VIDEO_HOST,
            System.getProperty("java.class.path"),
            VideoHostMain.class.getName(),
            smallJvm("96m"),
            arguments,
            Map.of(
                "BUNNY_STREAM_LIBRARY_ID", LIBRARY_ID,
                "BUNNY_STREAM_API_KEY", apiKey,
                "BUNNY_STREAM_READ_ONLY_KEY", readOnlyKey,
                "BUNNY_STREAM_TOKEN_KEY", tokenKey));
    URI address = local(ready(JavaService.start(server, settings)));
    return new VideoHostAccess(address, address, LIBRARY_ID, apiKey, readOnlyKey, tokenKey);
  }

  private ServiceReport ready(Service service) throws IOException {
    ServiceReport report = running.add(service).report();
    settings
        .progress()
        .accept(
            String.format(
                Locale.ROOT,
                "%s %s on port %d, ready in %.1f s",
                report.name(),
                report.version(),
                report.port(),
                report.startedIn().toMillis() / 1000.0));
    return report;
  }

  private String data(String service) {
    return settings.dataDir().resolve(service).toString();
  }

  private static URI local(ServiceReport service) {
    return URI.create("http://127.0.0.1:" + service.port());
  }

  private List<String> brokerJvm() {
    List<String> flags =
        new ArrayList<>(List.of("-Xms128m", "-Xmx448m", "-XX:+UseSerialGC", "-Xss512k"));
    if (settings.durability() == Durability.THROWAWAY) {
      // A broker that lives for one test never earns back what the second compiler costs at the
      // start.
      flags.add("-XX:TieredStopAtLevel=1");
    }
    return flags;
  }

  /** For servers that mostly wait: a small heap, and no second compiler. */
  private static List<String> smallJvm(String heap) {
    return List.of(
        "-Xmx" + heap,
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xss512k",
        "-Djava.awt.headless=true");
  }
}
