package dev.kinebeam.localstack.cloudflare;

import dev.kinebeam.program.config.Environment;
import dev.kinebeam.program.process.ParentProcessMonitor;
import dev.kinebeam.program.process.ReadyLine;
import dev.kinebeam.program.process.StopOnSignal;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the stand-in as a program, until SIGTERM or until standard input ends. */
@Command(
    name = CloudflareStandInMain.NAME,
    mixinStandardHelpOptions = true,
    description = "A stand-in for Cloudflare Stream on 127.0.0.1.")
public final class CloudflareStandInMain implements Callable<Integer> {
  /** What it calls itself when it is ready. */
  public static final String NAME = "cloudflare-stream";

  @Option(names = "--port", required = true, description = "Port to listen on; 0 = any free one.")
  private int port;

  @Option(names = "--data-dir", required = true, description = "Where videos are kept.")
  private Path dataDir;

  @Spec private CommandSpec spec;

  /** Runs the stand-in until it gets a signal to stop. */
  public static void main(String[] args) {
    System.exit(new CommandLine(new CloudflareStandInMain()).execute(args));
  }

  @Override
  public Integer call() throws Exception {
    ParentProcessMonitor.exitWithParent();
    Environment env = Environment.of(System.getenv());
    CloudflareSettings settings =
        new CloudflareSettings(
            port,
            dataDir.toAbsolutePath(),
            required(env, "CLOUDFLARE_STREAM_ACCOUNT"),
            required(env, "CLOUDFLARE_STREAM_TOKEN"));
    CloudflareStandIn server = CloudflareStandIn.start(settings, InstantSource.system());
    StopOnSignal stop = StopOnSignal.closing(server::close);
    new ReadyLine(NAME, "cloudflare-stream-api+4", server.port()).announce();
    stop.await();
    return 0;
  }

  private String required(Environment env, String variable) {
    try {
      return env.required(variable, "set what the video host is to know its callers by");
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
