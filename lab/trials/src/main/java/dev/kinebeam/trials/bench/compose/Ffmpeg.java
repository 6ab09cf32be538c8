package dev.kinebeam.trials.bench.compose;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The system's {@code ffmpeg}, which is the reference and no part of the product. */
public record Ffmpeg(Path program) {
  /**
   * The one on the path.
   *
   * @throws IOException that says how to install it, when there is none
   */
  public static Ffmpeg find() throws IOException {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    for (String folder : path.split(File.pathSeparator, -1)) {
      Path program = Path.of(folder.isEmpty() ? "." : folder, "ffmpeg");
      if (Files.isExecutable(program)) {
        return new Ffmpeg(program);
      }
    }
    throw new IOException(
        "there is no ffmpeg on the path, and it is the reference of this bench:"
            + " sudo apt-get install -y ffmpeg");
  }

  public String version() throws IOException, InterruptedException {
    return run(List.of("-version")).lines().findFirst().orElse("").replaceAll(" Copyright.*", "");
  }

  /** Runs it to its end and returns what it says. */
  public String run(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program.toString(), "-hide_banner", "-nostdin"));
    command.addAll(arguments);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new IOException("ffmpeg failed: " + said + "; it was " + String.join(" ", command));
      }
      return said;
    } finally {
      process.destroyForcibly();
    }
  }
}
