package dev.kinebeam.videohost;

import dev.kinebeam.program.process.StartException;
import dev.kinebeam.web.server.ListenAddress;
import dev.kinebeam.web.server.RunningServer;
import dev.kinebeam.web.server.ServerCommand;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Runs the video host until it gets a signal to stop; SIGTERM lets requests in flight finish. */
@Command(
    name = "video-host",
    mixinStandardHelpOptions = true,
    defaultValueProvider = HostOptions.Defaults.class,
    description = "Plays renders as HLS straight from their mezzanines, in four qualities.",
    footer = {
      "",
      "Secrets come from the environment: VIDEO_HOST_API_KEY, VIDEO_HOST_TOKEN_KEY,",
      "S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY.",
      "Also read: S3_MEZZANINE_BUCKET (videos and mezzanines), S3_ASSETS_BUCKET (to make a lost",
      "mezzanine again; may be left out), S3_ENDPOINT, S3_REGION, and VIDEO_HOST_PORT and so on",
      "for the options above.",
      "Exit status: 1 failure, 2 wrong usage or configuration; otherwise that of the signal."
    })
public final class VideoHostMain extends ServerCommand<HostConfig> {
  @Mixin private HostOptions options;

  public static void main(String[] args) {
    System.exit(commandLine(new VideoHostMain()).execute(args));
  }

  @Override
  protected HostConfig config(Map<String, String> env) {
    return options.config(env);
  }

  @Override
  protected ListenAddress listen(HostConfig config) {
    return config.listen();
  }

  @Override
  protected RunningServer start(HostConfig config) throws StartException {
    return HostServer.start(config);
  }
}
