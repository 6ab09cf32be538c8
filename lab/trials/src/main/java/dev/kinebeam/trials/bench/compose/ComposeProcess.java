package dev.kinebeam.trials.bench.compose;

import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * {@code ./kinebeam compose} as a user types it: the script, the start of the JVM, and the work.
 */
final class ComposeProcess {
  private static final String PEAK = "VmHWM:";

  private final Path bundle;
  private final Path cache;
  private final String profile;

  ComposeProcess(Path bundle, Path cache, String profile) {
    this.bundle = bundle;
    this.cache = cache;
    this.profile = profile;
  }

  /** Composes, and returns the greatest resident memory that was seen, in MB of 10^6 bytes. */
  double run(Recipe recipe, Path folder) throws IOException, InterruptedException {
    Path order = folder.resolve("recipe.json");
    Files.write(order, Json.bytes(recipe.toJson()));
    List<String> command = new ArrayList<>();
    command.addAll(List.of(ProjectHome.folder().resolve("kinebeam").toString(), "compose"));
    command.addAll(List.of("--bundle", bundle.toString(), "--recipe", order.toString()));
    command.addAll(List.of("--out", folder.resolve("out.mp4").toString()));
    command.addAll(List.of("--cache-dir", cache.toString(), "--profile", profile));
    Path said = folder.resolve("compose.log");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.redirectErrorStream(true).redirectOutput(said.toFile());
    Process process = builder.start();
    double peak = 0;
    try {
      while (!process.waitFor(5, TimeUnit.MILLISECONDS)) {
        peak = Math.max(peak, peakMb(process));
      }
    } finally {
      process.destroyForcibly();
    }
    if (process.exitValue() != 0) {
      throw new IOException(
          "compose failed: " + Files.readString(said, StandardCharsets.UTF_8).strip());
    }
    return peak;
  }

  /** 0 when the process has just ended. */
  private static double peakMb(Process process) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
        if (line.startsWith(PEAK)) {
          return Long.parseLong(line.replaceAll("\\D", "")) * 1024 / 1e6;
        }
      }
      return 0;
    } catch (IOException ended) {
      return 0; // the kernel took its files away between two looks
    }
  }
}
