package dev.kinebeam.coreapi;

import dev.kinebeam.program.process.StartException;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the Core API until it gets a signal to stop; SIGTERM lets requests in flight finish. */
@Command(
    name = "core-api",
    mixinStandardHelpOptions = true,
    defaultValueProvider = CoreApiOptions.Defaults.class,
    description = "Answers sessions, clinics and automations over HTTP, and serves the pages.",
    footer = {
      "",
      "Secrets come from the environment: DATABASE_PASSWORD, AUTH_HS256_SECRET (demo),",
      "S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY.",
      "Also read: S3_ARCHIVE_BUCKET (for recordings; may be left out), S3_ENDPOINT, S3_REGION,",
      "BUNNY_STREAM_CDN_HOSTNAME (where the pages play videos from), and CORE_API_PORT,",
      "CORE_API_MAX_IN_FLIGHT and so on for the options above.",
      "Exit status: 1 failure, 2 wrong usage or configuration; otherwise that of the signal."
    })
public final class CoreApiMain implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(CoreApiMain.class);

  @Spec private CommandSpec spec;
  @Mixin private CoreApiOptions options;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The program as a command: wrong usage is reported in one line and ends with 2. */
  static CommandLine commandLine() {
    return new CommandLine(new CoreApiMain())
        .setParameterExceptionHandler(
            (wrong, args) -> {
              wrong.getCommandLine().getErr().println(wrong.getMessage() + "; see core-api --help");
              return CommandLine.ExitCode.USAGE;
            });
  }

  /**
   * The configuration that these flags and this environment make.
   *
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  public static CoreApiConfig configure(Map<String, String> env, String... flags) {
    CoreApiOptions options = new CoreApiOptions();
    new CommandLine(options)
        .setDefaultValueProvider(new CoreApiOptions.Defaults())
        .parseArgs(flags);
    return options.config(env);
  }

  @Override
  public Integer call() throws InterruptedException {
    CoreApiConfig config = config();
    spec.commandLine().getOut().println("configuration: " + config);
    CountDownLatch stopped = new CountDownLatch(1);
    try {
      CoreApi coreApi = CoreApi.start(config);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    coreApi.close();
                    stopped.countDown();
                  },
                  "stop"));
      spec.commandLine()
          .getOut()
          .printf(
              "core-api ready at http://%s:%d (health and metrics at port %d)%n",
              config.listen().host(), coreApi.port(), coreApi.adminPort());
      spec.commandLine().getOut().flush();
    } catch (StartException e) {
      LOG.debug("the Core API does not start", e);
      spec.commandLine().getErr().println("core-api: " + e.getMessage());
      return 1;
    }
    stopped.await();
    return 0;
  }

  private CoreApiConfig config() {
    try {
      return options.config(System.getenv());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "core-api: " + e.getMessage(), e);
    }
  }
}
