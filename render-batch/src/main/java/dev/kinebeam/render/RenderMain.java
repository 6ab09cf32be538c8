package dev.kinebeam.render;

import dev.kinebeam.beam.StopSignal;
import dev.kinebeam.beam.flink.FlinkSettings;
import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.program.observability.AdminOptions;
import dev.kinebeam.program.observability.AdminServer;
import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.render.job.ConfiguredTools;
import dev.kinebeam.render.job.StreamingRenders;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.PipelineResult;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Serves orders of renders: a file's or the catalogue's and then ends, or Kafka's without end. */
@Command(
    name = "render",
    mixinStandardHelpOptions = true,
    description = {
      "Composes what is ordered and publishes it to the video host.",
      "What is ready is skipped, so a batch that was stopped, however, continues when it is started"
          + " again."
    },
    footer = {
      "",
      "--parallelism is the number of renders under way at once; no more of them compose than",
      "there are processors, the others wait for the video host.",
      "Durations are ISO 8601: PT10S, PT30M. The services and their secrets come from the",
      "environment: DATABASE_URL, DATABASE_USER, DATABASE_PASSWORD, S3_ENDPOINT, S3_REGION,",
      "S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, S3_ASSETS_BUCKET. VIDEO_HOST names the host",
      "of new videos: own (VIDEO_HOST_URL, VIDEO_HOST_API_KEY, VIDEO_HOST_TOKEN_KEY,",
      "S3_MEZZANINE_BUCKET) or bunny (BUNNY_STREAM_BASE_URL, BUNNY_STREAM_API_KEY,",
      "BUNNY_STREAM_LIBRARY_ID, BUNNY_STREAM_CDN_HOSTNAME, BUNNY_STREAM_TOKEN_KEY).",
      "If wanted with bunny: S3_MEZZANINE_BUCKET, for normalised primitives that",
      "machines share; KINEBEAM_LONGEST_PRIMITIVE (PT30M), KINEBEAM_NORMALISE_WITHIN (PT20M) and",
      "KINEBEAM_NORMALISE_MEMORY_MB (2048), the limits of normalising.",
      "Exit status: 0 all ready, submitted, or (--kafka) stopped by SIGTERM or Ctrl-C, within a",
      "minute; 1 failure, or an order that could not be served; 2 wrong usage or configuration."
    })
public final class RenderMain implements Callable<Integer> {
  /** The name under which a cluster knows the job that serves Kafka's orders. */
  public static final String JOB = StreamingRenders.NAME;

  private static final Logger LOG = LoggerFactory.getLogger(RenderMain.class);

  private static final int USUAL_ADMIN_PORT = 9403;
  private static final Duration STOPPED_WITHIN = Duration.ofSeconds(60);

  @Spec private CommandSpec spec;
  @Mixin private AdminOptions admin;
  @Mixin private RenderOptions options;

  private final Map<String, String> environment;

  public RenderMain() {
    this(System.getenv());
  }

  /** The same command with its services in another environment than this process's. */
  public RenderMain(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  public static void main(String[] args) {
    System.exit(new CommandLine(new RenderMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    ConfiguredTools tools;
    Optional<FlinkSettings> flink;
    boolean batch;
    Optional<FileAddress> orders;
    try {
      orders = options.orders(environment);
      options.results(environment);
      options.report(environment);
      batch = options.isBatch();
      tools = options.tools(environment);
      flink = options.flink(environment);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "render: " + e.getMessage(), e);
    }
    LOG.info("configuration: {}, {}", tools, flink.map(Object::toString).orElse("no Flink"));
    if (batch) {
      if (orders.isPresent() && !orders.get().exists()) {
        throw new ParameterException(
            spec.commandLine(), "--orders: there is no file " + orders.get());
      }
      return new BatchCommand(options, environment, tools, spec.commandLine().getOut()).run();
    }
    KafkaSettings kafka = options.kafka();
    FlinkSettings target = flink.orElseThrow();
    if (target.isHere()) {
      return runHere(kafka, tools, target);
    }
    StreamingRenders.submit(kafka, tools, target, options.jars());
    spec.commandLine().getOut().printf("render submitted to %s%n", target.master());
    return 0;
  }

  @SuppressWarnings("try") // they are at work while they are open
  private int runHere(KafkaSettings kafka, ConfiguredTools tools, FlinkSettings flink)
      throws IOException {
    StopSignal stop = StopSignal.install(STOPPED_WITHIN);
    try (AdminServer health = admin.address().start("render", USUAL_ADMIN_PORT);
        Dependencies.Watch orders = StreamingRenders.watch(kafka);
        Dependencies.Watch services = tools.watch()) {
      PipelineResult.State end = StreamingRenders.runHere(kafka, tools, flink, stop);
      return end == PipelineResult.State.DONE || stop.isRequested() ? 0 : 1;
    }
  }
}
