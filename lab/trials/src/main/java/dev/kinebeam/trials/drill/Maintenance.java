package dev.kinebeam.trials.drill;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.worker.upkeep.MaintainMain;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** All tasks of {@code kinebeam maintain}, in a process of its own as a scheduler starts it. */
final class Maintenance {
  private static final int LIMIT_MINUTES = 3;

  private Maintenance() {}

  /**
   * Does them once.
   *
   * @throws IOException when a task fails, or when a weekly count was wrong
   */
  static void run(Endpoints endpoints) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx128m",
                "-XX:+UseSerialGC",
                MaintainMain.class.getName(),
                "--json",
                "--actor=drill"));
    builder.environment().putAll(endpoints.toEnvironment(ProgramRole.MAINTENANCE));
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    Process process = builder.start();
    try {
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
        throw new IOException("maintain does not end within " + LIMIT_MINUTES + " min");
      }
      if (process.exitValue() != 0) {
        throw new IOException("maintain ended with %d: %s".formatted(process.exitValue(), said));
      }
      String report = said.lines().reduce((first, last) -> last).orElse("");
      JsonNode corrected = Json.MAPPER.readTree(report).path("weekly_rows_mended");
      if (corrected.asLong(-1) != 0) {
        throw new IOException("maintain corrected weekly counts: " + report);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while maintain was running", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
