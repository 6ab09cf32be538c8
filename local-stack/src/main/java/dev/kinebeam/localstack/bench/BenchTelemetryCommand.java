package dev.kinebeam.localstack.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.kinebeam.localstack.services.Folders;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam bench telemetry}. */
@Command(
    name = "telemetry",
    mixinStandardHelpOptions = true,
    description = {
      "How many events per second the telemetry job drains from a backlog, to the final rows.",
      "The reference is the floor that the job must not fall below."
    })
public final class BenchTelemetryCommand implements Callable<Integer> {
  /** Events per second. */
  private static final double FLOOR = 100_000;

  private static final int FAILURE = 1;

  @Option(
      names = "--events",
      defaultValue = "1500000",
      description = "How many events. Default: ${DEFAULT-VALUE}")
  private long events;

  @Option(
      names = "--warm-up",
      defaultValue = "700000",
      description = "Events drained first and not measured. Default: ${DEFAULT-VALUE}")
  private long warmUp;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException, SQLException, ExecutionException, InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    Path dir = Files.createTempDirectory("kinebeam-bench");
    try (LocalStack stack = LocalStack.start(StackSettings.forTests(dir.resolve("stack")))) {
      TelemetryBench bench =
          new TelemetryBench(
              stack,
              dir.resolve("flink"),
              line -> {
                out.println("  " + line);
                out.flush();
              });
      TelemetryBench.Drained drained = bench.run(warmUp, events);
      tell(out, drained);
      return drained.isExact() ? 0 : FAILURE;
    } finally {
      Folders.delete(dir);
    }
  }

  private static void tell(PrintWriter out, TelemetryBench.Drained drained)
      throws JsonProcessingException {
    out.printf(
        Locale.ROOT,
        "%,d events of %,d sessions in %.1f s and %.1f CPU s (%.2f µs each); rows %s%n",
        drained.load().events(),
        drained.load().sessions(),
        drained.seconds(),
        drained.cpuSeconds(),
        drained.cpuSeconds() * 1e6 / drained.load().events(),
        drained.isExact() ? "exact" : "NOT exact: " + drained.totals());
    Map<String, Object> result = new LinkedHashMap<>();
    result.put("bench", "telemetry");
    result.put("ours", Math.round(drained.eventsPerSecond()));
    result.put("reference", Math.round(FLOOR));
    result.put("unit", "events/s");
    result.put("ratio", Math.round(drained.eventsPerSecond() / FLOOR * 100) / 100.0);
    result.put("goal", 1.0);
    out.println(Json.MAPPER.writeValueAsString(result));
    out.flush();
  }
}
