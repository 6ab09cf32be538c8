package dev.kinebeam.localstack.services;

import dev.kinebeam.localstack.bunny.BunnyStandInMain;
import dev.kinebeam.localstack.services.Endpoints.Database;
import dev.kinebeam.localstack.services.Endpoints.ObjectStoreAccess;
import dev.kinebeam.localstack.services.Endpoints.VideoHostAccess;
import dev.kinebeam.localstack.services.StackSettings.Durability;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.objectstore.ObjectStoreSettings.Credentials;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.programs.process.JavaProgram;
import dev.kinebeam.programs.process.ProgramFailedException;
import dev.kinebeam.programs.process.ProjectHome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
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
  static final String VIDEO_HOST = "bunny-stream";
  static final List<String> JAVA_SERVICES = List.of(KAFKA, S3, VIDEO_HOST);

  private static final String ASSETS_BUCKET = "kinebeam-assets";
  private static final String ARCHIVE_BUCKET = "kinebeam-archive";
  private static final String PERSONAL_VIDEOS_BUCKET = "kinebeam-personal-videos";
  private static final String REGION = "eu-central-1";
  private static final String LIBRARY_ID = "1";

  private static final int ATTEMPTS = 3;

  private final StackSettings settings;
  private final RunningServices running;

  /** Programs hold them, so a server that is started anew takes the same. */
  private final Credentials s3Keys = new Credentials(Secrets.random(), Secrets.random());

  /** They may list the assets bucket and get its objects, as a render job's role in production. */
  private final Credentials s3Reader = new Credentials(Secrets.random(), Secrets.random());

  /** They may get its objects only. */
  private final Credentials s3Getter = new Credentials(Secrets.random(), Secrets.random());

  private final ServicePorts ports;

  /** Starts a service on the ports that it has at this moment. */
  @FunctionalInterface
  private interface Start<T> {
    T start() throws IOException;
  }

  Launcher(StackSettings settings, RunningServices running, ServicePorts ports) {
    this.settings = settings;
    this.running = running;
    this.ports = ports;
  }

  /** Starts one service anew on its old port and data, after it was killed. */
  void revive(String name) throws IOException {
    switch (name) {
      case KAFKA -> kafka();
      // Its logins stay as they are: programs hold their passwords.
      case PostgresService.NAME ->
          ready(PostgresService.start(ports.of(ServicePorts.POSTGRES), settings));
      case S3 -> s3();
      default ->
          throw new IllegalArgumentException(
              name + " cannot be started anew; kafka, postgres and s3 can");
    }
  }

  /** Returns the bootstrap servers. */
  String kafka() throws IOException {
    ServiceReport report = start(this::broker, ServicePorts.KAFKA, ServicePorts.CONTROLLER);
    String bootstrapServers = "127.0.0.1:" + report.port();
    TopicSetup.prepare(bootstrapServers);
    return bootstrapServers;
  }

  private JavaProgram broker() throws IOException {
    return new JavaProgram(
        KAFKA,
        ProjectHome.classPathOf("kafka-broker"),
        "dev.kinebeam.localstack.broker.BrokerMain",
        brokerJvm(),
        List.of(
            "--port", port(ServicePorts.KAFKA),
            "--controller-port", port(ServicePorts.CONTROLLER),
            "--data-dir", data(KAFKA)),
        Map.of());
  }

  Database database() throws IOException {
    PostgresService server =
        onPorts(
            () -> PostgresService.start(ports.of(ServicePorts.POSTGRES), settings),
            ServicePorts.POSTGRES);
    ready(server);
    return DatabaseSetup.prepare(server);
  }

  ObjectStoreAccess objectStore() throws IOException {
    URI endpoint = s3();
    for (String bucket : List.of(ASSETS_BUCKET, ARCHIVE_BUCKET, PERSONAL_VIDEOS_BUCKET)) {
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
        ARCHIVE_BUCKET,
        PERSONAL_VIDEOS_BUCKET);
  }

  private URI s3() throws IOException {
    return local(start(this::s3Server, ServicePorts.S3));
  }

  private JavaProgram s3Server() throws IOException {
    return new JavaProgram(
        S3,
        ProjectHome.classPathOf("s3-server"),
        "dev.kinebeam.localstack.s3.S3Main",
        smallJvm("96m"),
        List.of(
            "--port", port(ServicePorts.S3),
            "--data-dir", data(S3),
            "--readers-bucket", ASSETS_BUCKET),
        Map.of(
            "S3_ACCESS_KEY_ID", s3Keys.accessKeyId(),
            "S3_SECRET_ACCESS_KEY", s3Keys.secretAccessKey(),
            "S3_READER_ACCESS_KEY_ID", s3Reader.accessKeyId(),
            "S3_READER_SECRET_ACCESS_KEY", s3Reader.secretAccessKey(),
            "S3_GETTER_ACCESS_KEY_ID", s3Getter.accessKeyId(),
            "S3_GETTER_SECRET_ACCESS_KEY", s3Getter.secretAccessKey()));
  }

  VideoHostAccess videoHost() throws IOException {
    String apiKey = Secrets.random();
    String readOnlyKey = Secrets.random();
    String tokenKey = Secrets.random();
    Map<String, String> keys =
        Map.of(
            "BUNNY_STREAM_LIBRARY_ID", LIBRARY_ID,
            "BUNNY_STREAM_API_KEY", apiKey,
            "BUNNY_STREAM_READ_ONLY_KEY", readOnlyKey,
            "BUNNY_STREAM_TOKEN_KEY", tokenKey);
    URI address = local(start(() -> videoServer(keys), ServicePorts.VIDEO_HOST));
    return new VideoHostAccess(address, address, LIBRARY_ID, apiKey, readOnlyKey, tokenKey);
  }

  private JavaProgram videoServer(Map<String, String> keys) throws IOException {
    List<String> arguments =
        new ArrayList<>(
            List.of("--port", port(ServicePorts.VIDEO_HOST), "--data-dir", data(VIDEO_HOST)));
    settings
        .webhook()
        .ifPresent(address -> arguments.addAll(List.of("--webhook", address.toString())));
    return new JavaProgram(
        VIDEO_HOST,
        System.getProperty("java.class.path"),
        BunnyStandInMain.class.getName(),
        smallJvm("96m"),
        arguments,
        keys);
  }

  private ServiceReport start(Start<JavaProgram> program, String... ofPorts) throws IOException {
    return onPorts(() -> ready(JavaService.start(program.start(), settings)), ofPorts);
  }

  /**
   * Another process may have taken a port since it was found free: then the service is started on
   * another one, as long as no program knows its port.
   */
  private <T> T onPorts(Start<T> service, String... names) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        T started = service.start();
        ports.settle(List.of(names));
        return started;
      } catch (ProgramFailedException e) {
        if (attempt == ATTEMPTS || !ports.replaceTaken(List.of(names))) {
          throw e;
        }
        settings.progress().accept(names[0] + ": another process took its port; trying another");
      }
    }
  }

  private String port(String name) {
    return Integer.toString(ports.of(name));
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

  private String data(String service) throws IOException {
    Path folder = settings.dataDir().resolve(service);
    try {
      return Folders.createPrivate(folder).toString();
    } catch (FileAlreadyExistsException e) {
      throw new ProgramFailedException(
          "%s cannot start: %s is a file, and its folder belongs there; move the file away and start again"
              .formatted(service, folder),
          e);
    }
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
  static List<String> smallJvm(String heap) {
    return List.of(
        "-Xmx" + heap,
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xss512k",
        "-Djava.awt.headless=true");
  }
}
