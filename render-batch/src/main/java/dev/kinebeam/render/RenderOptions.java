package dev.kinebeam.render;

import dev.kinebeam.render.job.ConfiguredTools;
import dev.kinebeam.render.job.FlinkTarget;
import dev.kinebeam.render.mezzanine.Profile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** The flags of {@link RenderMain}; they stop here. */
final class RenderOptions {
  @Option(
      names = "--orders",
      paramLabel = "FILE",
      description = "Serve the orders of this file, one JSON object a line, and end.")
  private Path orders;

  @Option(
      names = "--results",
      paramLabel = "FILE",
      description = "Takes one result a line for --orders. Default: the orders' name + .results")
  private Path results;

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      defaultValue = "${env:KAFKA_BOOTSTRAP_SERVERS:-localhost:9092}",
      description = "Where orders come from without --orders. Default: ${DEFAULT-VALUE}")
  private String kafka;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "${env:KINEBEAM_RENDER_DIR:-.local/render}",
      description = "The worker's cache and files in the making. Default: ${DEFAULT-VALUE}")
  private Path directory;

  @Option(
      names = "--cache-gb",
      paramLabel = "N",
      defaultValue = "20",
      description = "How big the cache may grow. Default: ${DEFAULT-VALUE}")
  private int cacheGigabytes;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      defaultValue = "1080p",
      description = "1080p, 720p, 360p or 216p. Default: ${DEFAULT-VALUE}")
  private String profile;

  @Option(
      names = "--playable-within",
      paramLabel = "DURATION",
      defaultValue = "PT10M",
      description = "How long the host may take for one render. Default: ${DEFAULT-VALUE}")
  private Duration playableWithin;

  @Option(
      names = "--flink-master",
      paramLabel = "HOST:PORT",
      description = {
        "A cluster's REST interface, or [local].",
        "Default: FLINK_MASTER or [local]; with --orders, this process without Flink"
      })
  private String master;

  @Option(
      names = "--parallelism",
      defaultValue = "2",
      description = "How many workers share the work. Default: ${DEFAULT-VALUE}")
  private int parallelism;

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
        "Where checkpoints go; every worker must reach it.",
        "Default: what the cluster is configured with; .local/checkpoints for [local]"
      })
  private String checkpointDir;

  @Option(
      names = "--jars",
      split = ",",
      paramLabel = "JAR",
      description = "The job's classes, sent to the cluster; none if it has them already.")
  private List<String> jars = List.of();

  /**
   * What the job works with.
   *
   * @throws IllegalArgumentException naming the flag or variable that is wrong
   */
  ConfiguredTools tools(Map<String, String> environment) {
    positive("--playable-within", playableWithin);
    if (cacheGigabytes < 1) {
      throw new IllegalArgumentException(
          "--cache-gb is " + cacheGigabytes + "; it must be 1 or more");
    }
    return ConfiguredTools.of(
        environment,
        directory,
        Profile.parse(profile),
        (long) cacheGigabytes << 30,
        playableWithin);
  }

  /**
   * Where the job runs.
   *
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  FlinkTarget flink() {
    positive("--checkpoint-every", checkpointEvery);
    if (parallelism < 1) {
      throw new IllegalArgumentException(
          "--parallelism is " + parallelism + "; it must be 1 or more");
    }
    String chosen = master;
    if (chosen == null) {
      chosen = System.getenv().getOrDefault("FLINK_MASTER", FlinkTarget.HERE);
    }
    if (!chosen.equals(FlinkTarget.HERE) && !chosen.matches(".+:\\d+")) {
      throw new IllegalArgumentException(
          "--flink-master is " + chosen + "; it must be HOST:PORT or [local]");
    }
    Optional<String> dir = Optional.ofNullable(checkpointDir);
    if (dir.isEmpty() && chosen.equals(FlinkTarget.HERE)) {
      dir = Optional.of(".local/checkpoints");
    }
    return new FlinkTarget(chosen, parallelism, checkpointEvery, dir.map(RenderOptions::url));
  }

  /** Orders of a file go to Flink only where one is named. */
  Optional<FlinkTarget> flinkForOrders() {
    return master == null ? Optional.empty() : Optional.of(flink());
  }

  Optional<Path> orders() {
    return Optional.ofNullable(orders);
  }

  Path results() {
    return results != null ? results : orders.resolveSibling(orders.getFileName() + ".results");
  }

  String kafka() {
    return kafka;
  }

  List<String> jars() {
    return jars;
  }

  private static String url(String place) {
    return place.contains("://") ? place : Path.of(place).toAbsolutePath().toUri().toString();
  }

  private static void positive(String flag, Duration value) {
    if (value.isZero() || value.isNegative()) {
      throw new IllegalArgumentException(
          flag + " is " + value + "; it must be longer than nothing");
    }
  }
}
