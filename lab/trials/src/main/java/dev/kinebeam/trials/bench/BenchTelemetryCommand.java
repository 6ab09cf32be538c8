package dev.kinebeam.trials.bench;

import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.schemas.Json;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.ToDoubleFunction;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam bench telemetry}. */
@Command(
    name = "telemetry",
    mixinStandardHelpOptions = true,
    description = {
      "Events per CPU second that the job drains to final rows.",
      "It drains a backlog, beside a native Flink job that does the same work on the same topic."
    })
public final class BenchTelemetryCommand implements Callable<Integer> {
  private static final double GOAL = 0.55;
  private static final int FAILURE = 1;

  @Option(
      names = "--events",
      defaultValue = "3000000",
      description = "How many events. Default: ${DEFAULT-VALUE}")
  private long events;

  @Option(
      names = "--warm-up",
      defaultValue = "700000",
      description = "Events drained first and not measured. Default: ${DEFAULT-VALUE}")
  private long warmUp;

  @Option(
      names = "--rounds",
      defaultValue = "2",
      description = "How often each of the two is measured. Default: ${DEFAULT-VALUE}")
  private int rounds;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws Exception {
    PrintWriter out = spec.commandLine().getOut();
    Path dir = Files.createTempDirectory("kinebeam-bench");
    try (LocalStack stack = LocalStack.start(StackSettings.forTests(dir.resolve("stack")))) {
      Map<Contender, List<Drain.Drained>> runs =
          new TelemetryBench(
                  stack,
                  dir.resolve("flink"),
                  line -> {
                    out.println("  " + line);
                    out.flush();
                  })
              .run(warmUp, events, rounds);
      out.println(Json.MAPPER.writeValueAsString(result(runs)));
      out.flush();
      return runs.values().stream().flatMap(List::stream).allMatch(Drain.Drained::isExact)
          ? 0
          : FAILURE;
    } finally {
      Folders.delete(dir);
    }
  }

  private static Map<String, Object> result(Map<Contender, List<Drain.Drained>> runs) {
    double ours = median(runs.get(Contender.OURS), Drain.Drained::eventsPerCpuSecond);
    double reference = median(runs.get(Contender.REFERENCE), Drain.Drained::eventsPerCpuSecond);
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("bench", "telemetry");
    result.put("ours", Math.round(ours));
    result.put("reference", Math.round(reference));
    result.put("unit", "events/CPU-s");
    result.put("ratio", Math.round(ours / reference * 100) / 100.0);
    result.put("goal", GOAL);
    result.put(
        "ours_per_second",
        Math.round(median(runs.get(Contender.OURS), Drain.Drained::eventsPerSecond)));
    result.put(
        "reference_per_second",
        Math.round(median(runs.get(Contender.REFERENCE), Drain.Drained::eventsPerSecond)));
    return result;
  }

  private static double median(List<Drain.Drained> runs, ToDoubleFunction<Drain.Drained> figure) {
    double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
