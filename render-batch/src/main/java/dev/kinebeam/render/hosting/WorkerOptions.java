package dev.kinebeam.render.hosting;

import dev.kinebeam.program.cli.Positive;
import java.nio.file.Path;
import java.time.Duration;
import picocli.CommandLine.Option;

/** The flags of every command that brings videos to the host. */
public final class WorkerOptions {
  @Option(
      names = "--retry-for",
      paramLabel = "DURATION",
      defaultValue = "PT5M",
      description =
          "How long to retry a video host, object store or database that is unavailable. Default:"
              + " ${DEFAULT-VALUE}")
  private Duration retryFor;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "${env:KINEBEAM_RENDER_DIR:-.local/render}",
      description =
          "The worker's cache, and files on their way to the host. Default: ${DEFAULT-VALUE}")
  private Path directory;

  /**
   * How long what is unavailable is retried.
   *
   * @throws IllegalArgumentException naming the flag when it is not positive
   */
  public Duration retryFor() {
    return Positive.require("--retry-for", retryFor);
  }

  /** The worker's folder. */
  public Path directory() {
    return directory;
  }
}
