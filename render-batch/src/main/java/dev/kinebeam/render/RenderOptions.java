package dev.kinebeam.render;

import dev.kinebeam.beam.files.ReportOption;
import dev.kinebeam.beam.flink.FlinkOptions;
import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.beam.flink.FlinkStreamOptions;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.program.cli.Positive;
import dev.kinebeam.program.kafka.KafkaOptions;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.render.hosting.WorkerOptions;
import dev.kinebeam.render.job.BatchRunner;
import dev.kinebeam.render.job.ConfiguredTools;
import dev.kinebeam.render.orders.Estimate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The flags of {@link RenderMain}; they stop here. */
final class RenderOptions {
  private static final int WORKERS_HERE = 4;

  @Option(
      names = "--orders",
      paramLabel = "FILE|s3://…",
      description = "Serve the orders of this file, one JSON object a line, and end.")
  private String orders;

  @Option(
      names = "--all-exercises",
      description = {
        "Serve the whole catalogue and end: of every exercise its preview and each recipe that was",
        "ever ordered, in every language, at its present asset version."
      })
  private boolean catalog;

  @Option(
      names = "--exercise",
      paramLabel = "SLUG",
      description = "With --all-exercises, this exercise only; may be given again.")
  private List<String> exercises = List.of();

  @Option(
      names = "--kafka",
      description = {
        "Serve the orders of compose-requests without end; so it is without --orders and",
        "--all-exercises too."
      })
  private boolean kafka;

  @Mixin private final KafkaOptions kafkaOptions = new KafkaOptions();

  @Option(
      names = "--force",
      description = "Render again what is ready; the replaced video is deleted after six hours.")
  private boolean force;

  @Option(
      names = "--estimate",
      description = "Print what --orders or --all-exercises would do and cost, and do nothing.")
  private boolean estimate;

  @Option(
      names = "--results",
      paramLabel = "FILE|s3://…",
      description = {
        "Takes one result a line. Default: the orders' name + .results, or catalog.results in"
            + " --dir.",
        "On a cluster it must be in an object store or a folder that its workers share."
      })
  private String results;

  @Mixin private final ReportOption report = new ReportOption();

  @Mixin private final WorkerOptions worker = new WorkerOptions();

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
      description = "1080p, 720p, 480p, 360p or 216p. Default: ${DEFAULT-VALUE}")
  private String profile;

  @Option(
      names = "--playable-within",
      paramLabel = "DURATION",
      defaultValue = "PT10M",
      description = "How long the host may take for one render. Default: ${DEFAULT-VALUE}")
  private Duration playableWithin;

  @Mixin private final FlinkOptions flink = new FlinkOptions();

  @Mixin private final FlinkStreamOptions stream = new FlinkStreamOptions();

  /**
   * What the job works with.
   *
   * @throws IllegalArgumentException naming the flag or variable that is wrong
   */
  ConfiguredTools tools(Map<String, String> environment) {
    return ConfiguredTools.of(
        environment,
        worker.directory(),
        Profile.parse(profile),
        (long) Positive.require("--cache-gb", cacheGigabytes) << 30,
        Positive.require("--playable-within", playableWithin),
        worker.retryFor());
  }

  /**
   * Whether this is a batch, with an end.
   *
   * @throws IllegalArgumentException naming flags that do not go together
   */
  boolean isBatch() {
    int sources = (orders == null ? 0 : 1) + (catalog ? 1 : 0) + (kafka ? 1 : 0);
    if (sources > 1) {
      throw new IllegalArgumentException("give one of --orders, --all-exercises and --kafka");
    }
    boolean batch = orders != null || catalog;
    if (!batch && (force || estimate || report.isWanted() || results != null)) {
      throw new IllegalArgumentException(
          "--force, --estimate, --report and --results go with --orders or --all-exercises; an"
              + " order from Kafka says \"force\" itself");
    }
    if (!catalog && !exercises.isEmpty()) {
      throw new IllegalArgumentException("--exercise " + exercises + " needs --all-exercises");
    }
    return batch;
  }

  /**
   * Where the job runs; empty for a batch in this process without Flink.
   *
   * @throws IllegalArgumentException naming the flag that is wrong
   */
  Optional<FlinkSettings> flink(Map<String, String> environment) {
    List<String> besides = List.of(FlinkSettings.HERE);
    if (!isBatch()) {
      return Optional.of(stream.complete(flink.stream(environment, besides)));
    }
    Optional<FlinkSettings> named = flink.batch(besides).map(stream::complete);
    if (named.isEmpty()) {
      stream.requireNoPage();
      flink.parallelism(WORKERS_HERE);
    }
    return named;
  }

  /** A batch runs on Flink only where one is named. */
  BatchRunner batchRunner(Map<String, String> environment) {
    return flink(environment)
        .map(named -> BatchRunner.onFlink(named, flink.jars(), environment))
        .orElseGet(() -> runnerHere(environment));
  }

  /** This process, where nothing is rendered but the catalogue is read. */
  BatchRunner runnerHere(Map<String, String> environment) {
    return BatchRunner.inThisProcess(flink.parallelism(WORKERS_HERE), environment);
  }

  /** What a batch in this process has, for its estimate. */
  Estimate.Means means() {
    return new Estimate.Means(
        Runtime.getRuntime().availableProcessors(),
        flink.parallelism(WORKERS_HERE),
        Profile.parse(profile));
  }

  /**
   * Empty when the orders are the catalogue's.
   *
   * @throws IllegalArgumentException when the address is wrong; so do the next two
   */
  Optional<FileAddress> orders(Map<String, String> environment) {
    return Optional.ofNullable(orders).map(text -> address("--orders", text, environment));
  }

  /** Empty for all. */
  List<String> exercises() {
    return exercises;
  }

  boolean force() {
    return force;
  }

  boolean estimate() {
    return estimate;
  }

  Optional<FileAddress> report(Map<String, String> environment) {
    return report.file(environment);
  }

  FileAddress results(Map<String, String> environment) {
    if (results != null) {
      return address("--results", results, environment);
    }
    return orders(environment)
        .map(file -> file.plus(".results"))
        .orElseGet(() -> FileAddress.of(worker.directory().resolve("catalog.results")));
  }

  private static FileAddress address(String flag, String text, Map<String, String> environment) {
    try {
      return FileAddress.parse(text, environment);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(flag + ": " + e.getMessage(), e);
    }
  }

  KafkaSettings kafka() {
    return kafkaOptions.settingsOrLocal();
  }

  List<String> jars() {
    return flink.jars();
  }
}
