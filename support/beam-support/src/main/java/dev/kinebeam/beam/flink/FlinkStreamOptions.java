package dev.kinebeam.beam.flink;

import dev.kinebeam.program.cli.Positive;
import dev.kinebeam.program.config.DataDirectory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import picocli.CommandLine.Option;

/** The flags of a job without end on Flink: its checkpoints, and the page beside it. */
public final class FlinkStreamOptions {
  private static final int HIGHEST_PORT = 65_535;

  @Option(
      names = "--checkpoint-every",
      paramLabel = "DURATION",
      defaultValue = "PT10S",
      description = "Time between checkpoints. Default: ${DEFAULT-VALUE}")
  private Duration checkpointEvery;

  @Option(
      names = "--checkpoint-dir",
      paramLabel = "DIR|URL",
      description = {
        "Where checkpoints are written; every worker must reach it.",
        "Default: what the cluster is configured with; checkpoints in the data directory for [local]"
      })
  private String checkpointDir;

  @Option(
      names = "--flink-ui",
      paramLabel = "PORT",
      description =
          "Serve Flink's read-only page on 127.0.0.1:PORT (0: a free one) while the job runs on a"
              + " Flink inside this process. Default: no page")
  private Integer ui;

  /**
   * The settings with what these flags say.
   *
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  public FlinkSettings complete(FlinkSettings flink) {
    Positive.require("--checkpoint-every", checkpointEvery);
    FlinkSettings paced = flink.checkpointingEvery(checkpointEvery).withPage(page(flink.isHere()));
    if (checkpointDir != null) {
      return paced.checkpointingTo(url(checkpointDir));
    }
    return flink.isHere()
        ? paced.checkpointingTo(url(DataDirectory.resolve("checkpoints").toString()))
        : paced;
  }

  /**
   * Checks the flags of a job that does not run on Flink.
   *
   * @throws IllegalArgumentException when a page is asked for
   */
  public void requireNoPage() {
    page(false);
  }

  /** What Flink takes for a folder or a file: an address, or the absolute one of a local path. */
  public static String url(String place) {
    return place.contains("://") ? place : Path.of(place).toAbsolutePath().toUri().toString();
  }

  private OptionalInt page(boolean here) {
    if (ui == null) {
      return OptionalInt.empty();
    }
    if (ui < 0 || ui > HIGHEST_PORT) {
      throw new IllegalArgumentException(
          "--flink-ui is %d; it must be a port from 0 (a free one) to %d"
              .formatted(ui, HIGHEST_PORT));
    }
    if (!here) {
      throw new IllegalArgumentException(
          ("--flink-ui is %d, but the job does not run on a Flink inside this process; leave it out,"
                  + " or give --flink-master [local]")
              .formatted(ui));
    }
    return OptionalInt.of(ui);
  }
}
