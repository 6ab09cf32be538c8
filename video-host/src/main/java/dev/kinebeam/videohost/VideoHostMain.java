package dev.kinebeam.videohost;

import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.program.config.Environment;
import dev.kinebeam.program.observability.AdminOptions;
import dev.kinebeam.program.observability.AdminServer;
import dev.kinebeam.program.process.ParentProcessMonitor;
import dev.kinebeam.program.process.ReadyLine;
import dev.kinebeam.program.process.StopOnSignal;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bytedeco.ffmpeg.global.avformat;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the video host as a program, until SIGTERM. */
@Command(
    name = "video-host",
    mixinStandardHelpOptions = true,
    description = "A video host on 127.0.0.1 that speaks Bunny Stream's API.")
public final class VideoHostMain implements Callable<Integer> {
  @Option(names = "--port", required = true, description = "Port to listen on.")
  private int port;

  @Option(names = "--data-dir", required = true, description = "Where videos are kept.")
  private Path dataDir;

  @Option(names = "--webhook", description = "Where status changes are announced.")
  private URI webhook;

  @Option(
      names = "--bundles",
      paramLabel = "DIR",
      description = {
        "A bundle, or a folder with one for each exercise: lets the host compose videos itself,",
        "by POST …/videos/{guid}/composition with a recipe."
      })
  private Path bundles;

  @Option(
      names = "--mezzanines",
      paramLabel = "DIR",
      description = "With --bundles: the render job's cache. Default: mezzanines below --data-dir.")
  private Path mezzanines;

  @Option(
      names = "--cache-gb",
      paramLabel = "N",
      defaultValue = "20",
      description = "With --bundles: how big that cache may grow. Default: ${DEFAULT-VALUE}")
  private int cacheGigabytes;

  @Option(
      names = "--ladder",
      paramLabel = "QUALITY",
      split = ",",
      description = "With --bundles: the qualities. Default: 1080p,720p,480p,360p")
  private List<String> ladder = List.of();

  @Option(
      names = "--end-with-parent",
      hidden = true,
      description = "End when standard input ends, and report the start by a line for a program.")
  private boolean endWithParent;

  private static final int USUAL_ADMIN_PORT = 9404;

  @Spec private CommandSpec spec;
  @Mixin private AdminOptions admin;

  /** Runs the host until it gets a signal to stop. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new VideoHostMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    if (endWithParent) {
      ParentProcessMonitor.exitWithParent();
    }
    Environment env = Environment.of(System.getenv());
    HostSettings settings =
        new HostSettings(
            port,
            dataDir.toAbsolutePath(),
            Long.parseLong(required(env, "BUNNY_STREAM_LIBRARY_ID")),
            required(env, "BUNNY_STREAM_API_KEY"),
            required(env, "BUNNY_STREAM_READ_ONLY_KEY"),
            env.optional("BUNNY_STREAM_TOKEN_KEY"),
            Optional.ofNullable(webhook),
            compose());
    AdminServer health = admin.address().start("video-host", USUAL_ADMIN_PORT);
    VideoHostServer server = VideoHostServer.start(settings, InstantSource.system());
    StopOnSignal stop =
        StopOnSignal.closing(
            () -> {
              server.close();
              health.close();
            });
    if (endWithParent) {
      new ReadyLine("video-host", version(), server.port()).announce();
    } else {
      spec.commandLine()
          .getOut()
          .printf(
              "video-host ready at http://127.0.0.1:%d (health and metrics at port %d)%n",
              server.port(), health.port());
      spec.commandLine().getOut().flush();
    }
    stop.await();
    return 0;
  }

  private Optional<ComposeSettings> compose() {
    if (bundles == null) {
      return Optional.empty();
    }
    Path cache = mezzanines == null ? dataDir.resolve("mezzanines") : mezzanines;
    try {
      List<Profile> rungs = ladder.stream().map(Profile::parse).toList();
      return Optional.of(
          new ComposeSettings(
              bundles.toAbsolutePath(),
              cache.toAbsolutePath(),
              (long) cacheGigabytes << 30,
              rungs.isEmpty() ? ComposeSettings.USUAL_LADDER : rungs));
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--ladder: " + e.getMessage(), e);
    }
  }

  private static String version() {
    return "bunny-stream-api+" + avformat.class.getPackage().getImplementationVersion();
  }

  private String required(Environment env, String variable) {
    try {
      return env.required(variable, "set the key of the video host");
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
