package dev.kinebeam.coreapi;

import dev.kinebeam.program.process.StartException;
import dev.kinebeam.web.server.ListenAddress;
import dev.kinebeam.web.server.RunningServer;
import dev.kinebeam.web.server.ServerCommand;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the Core API until it gets a signal to stop; SIGTERM lets requests in flight finish. */
@Command(
    name = "core-api",
    mixinStandardHelpOptions = true,
    defaultValueProvider = CoreApiOptions.Defaults.class,
    subcommands = MakeSigningKey.class,
    description = "Serves exercises, workouts, clinics, sessions and the pages over HTTP.",
    footer = {
      "",
      "Secrets come from the environment: DATABASE_PASSWORD, ADMIN_DATABASE_PASSWORD,",
      "AUTH_HS256_SECRET (demo), S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY,",
      "WEBHOOK_SECRET_KEY and KINEBEAM_PROVIDERS_KEY (as the worker's),",
      "AUTH_OIDC_CLIENT_SECRET, CORE_API_SIGNING_KEYS (see make-signing-key)",
      "and the keys of the video hosts (VIDEO_HOST_TOKEN_KEY, BUNNY_STREAM_API_KEY",
      "and so on).",
      "Also read: S3_ARCHIVE_BUCKET (for recordings; may be left out), S3_ASSETS_BUCKET",
      "(to publish exercises), PERSONAL_VIDEOS_BUCKET (for therapists' videos, as the",
      "worker's), S3_ENDPOINT, S3_REGION, ADMIN_DATABASE_USER (a login in",
      "kinebeam_admin, to change what is for all), VIDEO_HOST_URL and",
      "BUNNY_STREAM_CDN_HOSTNAME (where videos are played from), and CORE_API_PORT,",
      "CORE_API_MAX_IN_FLIGHT and so on for the options above.",
      "People sign in at AUTH_OIDC_ISSUER with AUTH_OIDC_CLIENT_ID, which need --public-url.",
      "Exit status: 1 failure, 2 wrong usage or configuration; otherwise that of the signal."
    })
public final class CoreApiMain extends ServerCommand<CoreApiConfig> {
  @Mixin private CoreApiOptions options;

  public static void main(String[] args) {
    System.exit(commandLine(new CoreApiMain()).execute(args));
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
  protected CoreApiConfig config(Map<String, String> env) {
    return options.config(env);
  }

  @Override
  protected ListenAddress listen(CoreApiConfig config) {
    return config.listen();
  }

  @Override
  protected RunningServer start(CoreApiConfig config) throws StartException {
    return CoreApi.start(config);
  }
}
