package dev.kinebeam.trials.bench.catalogue;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.programs.process.Daemon;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.programs.process.JavaProgram;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.servers.Await;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code bench catalogue}. */
@Command(
    name = "catalogue",
    mixinStandardHelpOptions = true,
    description = {
      "How quickly the Core API answers about exercises, their renders and prescriptions.",
      "A page of 1,000 exercises in the portal, a render that is ready, a bump of an exercise with",
      "1,000 renders, the readiness of 500 workouts; each has a limit.",
      "The reference of a cache hit is a bare handler with one SELECT on the same server stack."
    },
    footer = {"", "Exit status: 0, or 1 when a limit is missed or something fails."})
public final class BenchCatalogueCommand implements Callable<Integer> {
  private static final Duration LISTENS_WITHIN = Duration.ofMinutes(1);

  @Option(
      names = "--runs",
      defaultValue = "500",
      description = "How often pages of the portal are asked for. Default: ${DEFAULT-VALUE}")
  private int runs;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often cache hits and reference are measured. Default: ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--round",
      defaultValue = "PT5S",
      description = "How long each of these rounds is. Default: ${DEFAULT-VALUE}")
  private Duration round;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    if (runs < 20 || rounds < 1 || round.isNegative() || round.isZero()) {
      throw new ParameterException(
          spec.commandLine(), "--runs must be 20 or more, --rounds 1 or more, --round positive");
    }
    Console console = new Console(spec.commandLine().getOut());
    Path folder = Files.createTempDirectory("kinebeam-bench");
    try (LocalStack stack =
        LocalStack.start(
            StackSettings.keeping(folder.resolve("stack")).withPorts(PortChoice.FREE))) {
      Limits limits = measure(signing(stack.endpoints()), folder, console);
      limits.missed().forEach(limit -> console.say("MISSED: %s", limit));
      console.end(limits.verdict());
      return limits.missed().isEmpty() ? 0 : 1;
    } finally {
      Folders.delete(folder);
    }
  }

  /** Addresses are signed without asking the host, so that none has to run. */
  private static Endpoints signing(Endpoints services) {
    return services.with(
        new Endpoints.OwnHostAccess(
            URI.create("http://127.0.0.1:1"),
            UUID.randomUUID().toString(),
            UUID.randomUUID().toString(),
            services.objectStore().bucket()));
  }

  private Limits measure(Endpoints endpoints, Path folder, Console console) throws Exception {
    DemoDatabase database = new DemoDatabase(endpoints.database());
    database.people(List.of());
    console.step("filling the catalogue");
    try (ObjectStore assets =
        ObjectStore.open(
            ObjectStoreSettings.fromEnvironment(endpoints.toEnvironment(ProgramRole.RENDER)))) {
      CatalogueFill.fill(database.owner(), assets);
    }
    try (ServerProcess coreApi = ServerProcess.coreApi(endpoints, folder, 0)) {
      CatalogueBench bench =
          new CatalogueBench(
              new CatalogueBench.Sizes(runs, rounds, round),
              console,
              coreApi.address(),
              endpoints.authSecret());
      bench.portal();
      Daemon bare = Daemon.start(bare(endpoints, folder), folder);
      try {
        bench.cacheHits(port(folder));
      } finally {
        bare.stop();
      }
      bench.readiness();
      bench.bumps();
      return bench.limits();
    }
  }

  /** As the Core API's process. */
  private static JavaProgram bare(Endpoints endpoints, Path folder) throws IOException {
    Path options = ProjectHome.folder().resolve("flink-conf");
    return new JavaProgram(
        "bare",
        System.getProperty("java.class.path"),
        BareSelectMain.class.getName(),
        List.of(
            "@" + options.resolve("jvm.options"), "@" + options.resolve("core-api-jvm.options")),
        List.of(folder.resolve("bare-port").toString()),
        endpoints.toEnvironment(ProgramRole.CORE_API));
  }

  private static int port(Path folder) throws Exception {
    Path written = folder.resolve("bare-port");
    Await.until("the bare handler listens", LISTENS_WITHIN, () -> Files.exists(written));
    return Integer.parseInt(Files.readString(written));
  }
}
