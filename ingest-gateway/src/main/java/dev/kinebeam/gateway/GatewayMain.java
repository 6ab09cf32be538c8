package dev.kinebeam.gateway;

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

/** Runs the gateway until it gets a signal to stop; SIGTERM lets requests in flight finish. */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    defaultValueProvider = GatewayOptions.Defaults.class,
    description = "Takes media events and compose orders over HTTP.",
    footer = {
      "",
      "Secrets come from the environment: DATABASE_PASSWORD, COMPOSER_TOKEN, AUTH_HS256_SECRET (demo),",
      "S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, BUNNY_STREAM_API_KEY, BUNNY_STREAM_TOKEN_KEY.",
      "Also read: S3_ASSETS_BUCKET, S3_ENDPOINT, S3_REGION, BUNNY_STREAM_BASE_URL,",
      "BUNNY_STREAM_LIBRARY_ID, BUNNY_STREAM_CDN_HOSTNAME, and GATEWAY_PORT, GATEWAY_MAX_BODY_BYTES",
      "and so on for the options above.",
      "Exit status: 1 failure, 2 wrong usage or configuration; otherwise that of the signal."
    })
public final class GatewayMain implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(GatewayMain.class);

  @Spec private CommandSpec spec;
  @Mixin private GatewayOptions options;

  public static void main(String[] args) {
    System.exit(commandLine().execute(args));
  }

  /** The program as a command: wrong usage is reported in one line and ends with 2. */
  static CommandLine commandLine() {
    return new CommandLine(new GatewayMain())
        .setParameterExceptionHandler(
            (wrong, args) -> {
              wrong.getCommandLine().getErr().println(wrong.getMessage() + "; see gateway --help");
              return CommandLine.ExitCode.USAGE;
            });
  }

  /**
   * The configuration that these flags and this environment make.
   *
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  public static GatewayConfig configure(Map<String, String> env, String... flags) {
    GatewayOptions options = new GatewayOptions();
    new CommandLine(options)
        .setDefaultValueProvider(new GatewayOptions.Defaults())
        .parseArgs(flags);
    return options.config(env);
  }

  @Override
  public Integer call() throws InterruptedException {
    GatewayConfig config = config();
    spec.commandLine().getOut().println("configuration: " + config);
    CountDownLatch stopped = new CountDownLatch(1);
    try {
      Gateway gateway = Gateway.start(config);
      Runtime.getRuntime()
          .addShutdownHook(
              new Thread(
                  () -> {
                    gateway.close();
                    stopped.countDown();
                  },
                  "stop"));
      spec.commandLine()
          .getOut()
          .printf(
              "gateway ready at http://%s:%d (health and metrics at port %d)%n",
              config.listen().host(), gateway.port(), gateway.adminPort());
      spec.commandLine().getOut().flush();
    } catch (StartException e) {
      LOG.debug("the gateway does not start", e);
      spec.commandLine().getErr().println("gateway: " + e.getMessage());
      return 1;
    }
    stopped.await();
    return 0;
  }

  private GatewayConfig config() {
    try {
      return options.config(System.getenv());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "gateway: " + e.getMessage(), e);
    }
  }
}
