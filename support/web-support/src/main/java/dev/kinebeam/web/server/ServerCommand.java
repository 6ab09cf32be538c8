package dev.kinebeam.web.server;

import dev.kinebeam.program.config.HttpAddress;
import dev.kinebeam.program.process.StartException;
import dev.kinebeam.program.process.StopOnSignal;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Runs a program that serves HTTP until it gets a signal to stop; SIGTERM lets requests in flight
 * finish. Prints the configuration, secrets hidden, and the start line {@code NAME ready at URL}.
 *
 * @param <C> the program's configuration; printing it shows no secret
 */
public abstract class ServerCommand<C> implements Callable<Integer> {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCommand.class);

  @Spec private CommandSpec spec;

  /**
   * The configuration that the flags and this environment make.
   *
   * @throws IllegalArgumentException naming the setting that is wrong
   */
  protected abstract C config(Map<String, String> env);

  /** Where a program of this configuration listens. */
  protected abstract ListenAddress listen(C config);

  /**
   * Starts the program.
   *
   * @throws StartException when it cannot start, or must not
   */
  protected abstract RunningServer start(C config) throws StartException;

  /** A program as a command of its own: wrong usage is reported in one line and ends with 2. */
  public static CommandLine commandLine(ServerCommand<?> program) {
    return new CommandLine(program)
        .setParameterExceptionHandler(
            (wrong, args) -> {
              CommandLine command = wrong.getCommandLine();
              command
                  .getErr()
                  .println(wrong.getMessage() + "; see " + command.getCommandName() + " --help");
              return CommandLine.ExitCode.USAGE;
            });
  }

  @Override
  public final Integer call() throws InterruptedException {
    C config = checkedConfig();
    PrintWriter out = spec.commandLine().getOut();
    out.println("configuration: " + config);
    StopOnSignal stop;
    try {
      RunningServer server = start(config);
      stop = StopOnSignal.closing(server::close);
      out.printf(
          "%s ready at %s (health and metrics at port %d)%n",
          spec.name(), HttpAddress.of(listen(config).host(), server.port()), server.adminPort());
      out.flush();
    } catch (StartException e) {
      LOG.debug("{} does not start", spec.name(), e);
      spec.commandLine().getErr().println(spec.name() + ": " + e.getMessage());
      return 1;
    }
    stop.await();
    return 0;
  }

  private C checkedConfig() {
    try {
      return config(System.getenv());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), spec.name() + ": " + e.getMessage(), e);
    }
  }
}
