package dev.kinebeam.localstack.videohost;

import dev.kinebeam.localstack.child.ParentWatch;
import dev.kinebeam.localstack.child.ReadyLine;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.bytedeco.ffmpeg.global.avformat;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Runs the video host as a program. Writes its {@link ReadyLine} once it listens; ends on SIGTERM
 * and when its parent ends.
 */
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

  @Spec private CommandSpec spec;

  private VideoHostMain() {}

  /** Runs the host until it is told to end. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new VideoHostMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    ParentWatch.exitWithParent();
    Map<String, String> env = System.getenv();
    HostSettings settings =
        new HostSettings(
            port,
            dataDir.toAbsolutePath(),
            Long.parseLong(required(env, "BUNNY_STREAM_LIBRARY_ID")),
            required(env, "BUNNY_STREAM_API_KEY"),
            required(env, "BUNNY_STREAM_READ_ONLY_KEY"),
            Optional.ofNullable(env.get("BUNNY_STREAM_TOKEN_KEY")).filter(key -> !key.isBlank()),
            Optional.ofNullable(webhook));
    VideoHostServer server = VideoHostServer.start(settings, InstantSource.system());
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  stopped.countDown();
                },
                "video-host-shutdown"));
    new ReadyLine("video-host", version(), server.port()).announce();
    stopped.await();
    return 0;
  }

  private static String version() {
    return "bunny-stream-api+" + avformat.class.getPackage().getImplementationVersion();
  }

  private String required(Map<String, String> env, String variable) {
    String value = env.getOrDefault(variable, "");
    if (value.isBlank()) {
      throw new ParameterException(
          spec.commandLine(), variable + " is not set: give the video host its keys.");
    }
    return value;
  }
}
