package dev.kinebeam.worker;

import dev.kinebeam.program.process.StartException;
import dev.kinebeam.program.process.StopOnSignal;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the media worker until it gets a signal to stop. */
@Command(
    name = "worker",
    mixinStandardHelpOptions = true,
    subcommands = StatusCommand.class,
    description = {
      "Does the durable background work.",
      "It relays orders of renders and changes of automations to Kafka, sends",
      "webhooks, processes personal videos, sweeps what has been under way for too",
      "long, and maintains the tables every night."
    },
    footer = {
      "",
      "Login: a member of kinebeam_worker. Several may run; each thing is done by one at a time.",
      "Secrets come from the environment: DATABASE_PASSWORD, WEBHOOK_SECRET_KEY,",
      "S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, VIDEO_HOST_API_KEY, VIDEO_HOST_TOKEN_KEY,",
      "BUNNY_STREAM_API_KEY, KINEBEAM_PROVIDERS_KEY (as the core-api's).",
      "Also read: S3_ARCHIVE_BUCKET (nightly upkeep), S3_MEZZANINE_BUCKET (with our own host),",
      "PERSONAL_VIDEOS_BUCKET and PERSONAL_VIDEO_HOST (personal videos),",
      "S3_ENDPOINT, S3_REGION, VIDEO_HOST_URL, BUNNY_STREAM_BASE_URL and so on.",
      "Exit status: 1 failure, 2 wrong usage or configuration; otherwise that of the signal."
    })
public final class WorkerMain implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerMain.class);

  @Mixin private MediaWorkerOptions options;
  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    System.exit(new CommandLine(new WorkerMain()).execute(args));
  }

  /**
   * The configuration that these flags and this environment make.
   *
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  public static WorkerConfig configure(Map<String, String> env, String... flags) {
    MediaWorkerOptions options = new MediaWorkerOptions();
    new CommandLine(options).parseArgs(flags);
    return options.config(env);
  }

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    WorkerConfig config;
    try {
      config = options.config(System.getenv());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "worker: " + e.getMessage(), e);
    }
    out.println("configuration: " + config);
    StopOnSignal stop;
    try {
      Worker worker = Worker.start(config);
      stop = StopOnSignal.closing(worker::close);
      out.printf(
          "worker ready at http://%s:%d (health and metrics at port %2$d)%n",
          config.admin().host(), worker.adminPort());
      out.flush();
    } catch (StartException e) {
      LOG.debug("worker does not start", e);
      spec.commandLine().getErr().println("worker: " + e.getMessage());
      return 1;
    }
    stop.await();
    return 0;
  }
}
