package dev.kinebeam.trials.orders;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.localstack.tokens.DevelopmentTokens;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.bulk.SampleExercises;
import dev.kinebeam.trials.servers.ApiCaller;
import dev.kinebeam.trials.servers.RunningParts;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import javax.sql.DataSource;

/**
 * A stack, emptied first, with our own video host, gateway, Core API, worker and render job, each a
 * process of its own on free ports, and three small exercises. What a killed drill left running on
 * the folder is stopped first.
 */
final class OrderEnvironment implements AutoCloseable {
  private static final String MEZZANINES = "kinebeam-mezzanines";
  private static final int EXERCISES = 3;
  private static final int SLOWER = 3;

  /** Waiting for a file host takes no processor. */
  private static final int RENDERS_AT_ONCE = 4;

  private final RunningParts parts = new RunningParts();
  private final Path folder;
  private final List<String> workerFlags;
  private final Map<String, String> hostKeys =
      Map.of(
          "VIDEO_HOST_API_KEY", UUID.randomUUID().toString(),
          "VIDEO_HOST_TOKEN_KEY", UUID.randomUUID().toString());
  private LocalStack stack;
  private Endpoints endpoints;
  private ServerProcess host;
  private ServerProcess gateway;
  private ServerProcess coreApi;
  private ServerProcess worker;
  private RenderJobProcess job;
  private SampleExercises samples;

  private OrderEnvironment(Path folder, List<String> workerFlags) {
    this.folder = folder.toAbsolutePath();
    this.workerFlags = workerFlags;
  }

  static OrderEnvironment open(Path folder, Consumer<String> progress)
      throws IOException, SQLException {
    return open(folder, List.of(), progress);
  }

  /**
   * As the other one.
   *
   * @param workerFlags the worker's, beside the usual ones
   */
  static OrderEnvironment open(Path folder, List<String> workerFlags, Consumer<String> progress)
      throws IOException, SQLException {
    OrderEnvironment environment = new OrderEnvironment(folder, workerFlags);
    environment.parts.startOrClose(() -> environment.start(progress));
    return environment;
  }

  private void start(Consumer<String> progress) throws IOException {
    StackSettings settings =
        StackSettings.keeping(folder).withPorts(PortChoice.FREE).withProgress(progress);
    LocalStack.clear(settings);
    stack = LocalStack.start(settings);
    parts.keep(stack::close);
    try (ObjectStore bucket = mezzanines()) {
      bucket.createBucket();
    }
    host = ServerProcess.videoHost(stack.endpoints(), folder, 0, hostKeys, MEZZANINES);
    parts.keep(host);
    endpoints =
        stack
            .endpoints()
            .with(
                new Endpoints.OwnHostAccess(
                    host.address(), hostKeys.get("VIDEO_HOST_API_KEY"), tokenKey(), MEZZANINES));
    gateway = ServerProcess.gateway(endpoints, folder, 0);
    parts.keep(gateway);
    coreApi = ServerProcess.coreApi(endpoints, folder, 0, "--gateway-url=" + gateway.address());
    parts.keep(coreApi);
    List<String> flags = new ArrayList<>(workerFlags);
    flags.add("--development");
    worker = ServerProcess.worker(endpoints, folder, flags.toArray(new String[0]));
    parts.keep(worker);
    job = RenderJobProcess.start(endpoints, folder, RENDERS_AT_ONCE);
    parts.keep(job);
    progress.accept("own host, gateway, Core API, worker and render job are started");
    fill(progress);
  }

  private void fill(Consumer<String> progress) throws IOException {
    samples =
        SampleExercises.make(
            folder.resolve("bundles"),
            EXERCISES,
            SampleExercise.VARIANTS,
            SampleExercise.tiny().slowerBy(SLOWER),
            progress);
    try (ObjectStore bucket = assets();
        Database database =
            Database.open(
                DatabaseSettings.fromEnvironment(
                    endpoints.toEnvironment(ProgramRole.RENDER), "kinebeam_render"))) {
      samples.upload(bucket);
      Exercises catalogue = new Exercises(database);
      samples.slugs().forEach(slug -> catalogue.addRepsBased(slug, slug));
    }
  }

  LocalStack stack() {
    return stack;
  }

  /** The services with our own host, which takes new videos. */
  Endpoints endpoints() {
    return endpoints;
  }

  ServerProcess host() {
    return host;
  }

  ServerProcess worker() {
    return worker;
  }

  ServerProcess coreApi() {
    return coreApi;
  }

  RenderJobProcess job() {
    return job;
  }

  /** The exercise that is ordered during the faults. */
  String ordered() {
    return samples.slugs().get(0);
  }

  /** The exercise whose files are replaced and lost while it is played. */
  String played() {
    return samples.slugs().get(1);
  }

  /** The exercise that nothing was made of yet. */
  String untouched() {
    return samples.slugs().get(2);
  }

  /** Where the host keeps its copies of mezzanines and pieces of sound. */
  Path hostCopies() {
    return folder.resolve("video-host").resolve("mezzanines");
  }

  String tokenKey() {
    return hostKeys.get("VIDEO_HOST_TOKEN_KEY");
  }

  /** The bucket of the filming primitives; the caller closes it. */
  ObjectStore assets() {
    return ObjectStore.open(
        ObjectStoreSettings.fromEnvironment(stack.endpoints().toEnvironment(ProgramRole.RENDER)));
  }

  /** The bucket of our own host; the caller closes it. */
  ObjectStore mezzanines() {
    return ObjectStore.open(
        ObjectStoreSettings.forBucket(
            stack.endpoints().toEnvironment(ProgramRole.RENDER), MEZZANINES));
  }

  /** The composer's caller at the gateway. */
  ApiCaller composer() {
    return new ApiCaller(gateway.address(), endpoints.composerToken());
  }

  /** The platform's operator at the Core API. */
  ApiCaller operator() {
    return caller(Optional.empty(), "superadmin");
  }

  /** Some patient at the Core API. */
  ApiCaller patient() {
    return caller(Optional.of(UUID.randomUUID()), "patient");
  }

  private ApiCaller caller(Optional<UUID> organisation, String role) {
    String token =
        DevelopmentTokens.sign(
            endpoints.authSecret(),
            organisation,
            UUID.randomUUID(),
            role,
            Duration.ofHours(2),
            Clock.systemUTC());
    return new ApiCaller(coreApi.address(), token);
  }

  /** The database, past every policy. */
  DataSource owner() {
    return new DemoDatabase(endpoints.database()).owner();
  }

  @Override
  public void close() throws IOException {
    parts.close();
  }
}
