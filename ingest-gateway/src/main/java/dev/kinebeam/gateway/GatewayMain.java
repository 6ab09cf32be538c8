package dev.kinebeam.gateway;

import dev.kinebeam.program.process.StartException;
import dev.kinebeam.web.server.ListenAddress;
import dev.kinebeam.web.server.RunningServer;
import dev.kinebeam.web.server.ServerCommand;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the gateway until it gets a signal to stop; SIGTERM lets requests in flight finish. */
@Command(
    name = "gateway",
    mixinStandardHelpOptions = true,
    defaultValueProvider = GatewayOptions.Defaults.class,
    description = "Takes media events and compose orders over HTTP.",
    footer = {
      "",
      "Secrets come from the environment: DATABASE_PASSWORD, COMPOSER_TOKEN, AUTH_HS256_SECRET (demo),",
      "S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, VIDEO_HOST_TOKEN_KEY, BUNNY_STREAM_API_KEY,",
      "BUNNY_STREAM_TOKEN_KEY.",
      "Also read: S3_ASSETS_BUCKET, S3_ENDPOINT, S3_REGION, VIDEO_HOST_URL, BUNNY_STREAM_BASE_URL,",
      "BUNNY_STREAM_LIBRARY_ID, BUNNY_STREAM_CDN_HOSTNAME, and GATEWAY_PORT, GATEWAY_MAX_BODY_BYTES",
      "and so on for the options above.",
      "Exit status: 1 failure, 2 wrong usage or configuration; otherwise that of the signal."
    })
public final class GatewayMain extends ServerCommand<GatewayConfig> {
  @Mixin private GatewayOptions options;

  public static void main(String[] args) {
    System.exit(commandLine(new GatewayMain()).execute(args));
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
  protected GatewayConfig config(Map<String, String> env) {
    return options.config(env);
  }

  @Override
  protected ListenAddress listen(GatewayConfig config) {
    return config.listen();
  }

  @Override
  protected RunningServer start(GatewayConfig config) throws StartException {
    return Gateway.start(config);
  }
}
