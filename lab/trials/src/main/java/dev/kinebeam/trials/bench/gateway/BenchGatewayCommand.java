package dev.kinebeam.trials.bench.gateway;

import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.measure.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam bench gateway}. */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    description = {
      "Durably acknowledged events per second in batches of 25, with token, consent and validation.",
      "The reference is Kafka's own producer benchmark with the same records, acks, codec and linger.",
      "The load's client shares the machine with gateway, broker and database."
    })
public final class BenchGatewayCommand implements Callable<Integer> {
  /** What the gateway may hold, in MB. */
  static final int RESIDENT_LIMIT_MB = 300;

  private static final int FAILURE = 1;

  @Option(
      names = "--patients",
      defaultValue = "200",
      description = "Patients, each with a token. Default: ${DEFAULT-VALUE}")
  private int patients;

  @Option(
      names = "--connections",
      defaultValue = "24",
      description = "Connections that stay open. Default: ${DEFAULT-VALUE}")
  private int connections;

  @Option(names = "--gzip", description = "Bodies travel packed.")
  private boolean gzip;

  @Option(
      names = "--rounds",
      defaultValue = "3",
      description = "How often each of the two is measured. Default: ${DEFAULT-VALUE}")
  private int rounds;

  @Option(
      names = "--warm-up",
      defaultValue = "PT15S",
      description = "Load that is not measured. Default: ${DEFAULT-VALUE}")
  private Duration warmUp;

  @Option(
      names = "--round",
      defaultValue = "PT10S",
      description = "How long one round of the gateway is. Default: ${DEFAULT-VALUE}")
  private Duration round;

  @Option(
      names = "--records",
      defaultValue = "2500000",
      description = "Records in one round of Kafka's benchmark. Default: ${DEFAULT-VALUE}")
  private long records;

  @Option(
      names = "--kafka-away",
      defaultValue = "PT20S",
      description = "How long the load continues after Kafka is killed. Default: ${DEFAULT-VALUE}")
  private Duration kafkaAway;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    Console console = new Console(spec.commandLine().getOut());
    GatewayBench.Plan plan =
        new GatewayBench.Plan(
            patients,
            connections,
            gzip ? Batch.Body.GZIP : Batch.Body.PLAIN,
            rounds,
            warmUp,
            round,
            records,
            kafkaAway);
    Path dir = Files.createTempDirectory("kinebeam-bench");
    StackSettings settings = StackSettings.keeping(dir.resolve("stack")).withPorts(PortChoice.FREE);
    try (LocalStack stack = LocalStack.start(settings)) {
      Verdict verdict = new GatewayBench(plan, console).run(stack, dir);
      console.end(verdict);
      return withinLimit(verdict) ? 0 : FAILURE;
    } finally {
      Folders.delete(dir);
    }
  }

  private static boolean withinLimit(Verdict verdict) {
    return ((Number) verdict.more().get("rss_mb_kafka_away")).intValue() < RESIDENT_LIMIT_MB;
  }
}
