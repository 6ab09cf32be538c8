package dev.kinebeam.localstack.bunny;

import dev.kinebeam.program.config.Environment;
import dev.kinebeam.program.process.ParentProcessMonitor;
import dev.kinebeam.program.process.ReadyLine;
import dev.kinebeam.program.process.StopOnSignal;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.bytedeco.ffmpeg.global.avformat;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the stand-in as a program, until SIGTERM or until standard input ends. */
@Command(
    name = "bunny-stream",
    mixinStandardHelpOptions = true,
    description = "A stand-in for Bunny Stream on 127.0.0.1.")
public final class BunnyStandInMain implements Callable<Integer> {
  @Option(names = "--port", required = true, description = "Port to listen on.")
  private int port;

  @Option(names = "--data-dir", required = true, description = "Where videos are kept.")
  private Path dataDir;

  @Option(names = "--webhook", description = "Where status changes are announced.")
  private URI webhook;

  @Spec private CommandSpec spec;

  /** Runs the stand-in until it gets a signal to stop. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new BunnyStandInMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    ParentProcessMonitor.exitWithParent();
    Environment env = Environment.of(System.getenv());
    BunnySettings settings =
        new BunnySettings(
            port,
            dataDir.toAbsolutePath(),
            Long.parseLong(required(env, "BUNNY_STREAM_LIBRARY_ID")),
            required(env, "BUNNY_STREAM_API_KEY"),
            required(env, "BUNNY_STREAM_READ_ONLY_KEY"),
            env.optional("BUNNY_STREAM_TOKEN_KEY"),
            Optional.ofNullable(webhook));
    BunnyStandIn server = BunnyStandIn.start(settings, InstantSource.system());
    StopOnSignal stop = StopOnSignal.closing(server::close);
    new ReadyLine("bunny-stream", version(), server.port()).announce();
    stop.await();
    return 0;
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
