package dev.kinebeam.programs.process;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Ends processes: politely first, then by force. */
public final class ProcessStopper {
  private static final Duration POLITE = Duration.ofSeconds(15);
  private static final Duration FORCED = Duration.ofSeconds(5);

  private ProcessStopper() {}

  /** SIGTERM, and SIGKILL for one that does not listen. Returns once the process has ended. */
  public static void terminate(String name, ProcessHandle process) throws IOException {
    process.destroy();
    if (!endsWithin(process, POLITE)) {
      kill(name, process, FORCED);
    }
  }

  /** SIGKILL. Returns once the process has ended. */
  public static void kill(String name, ProcessHandle process, Duration limit) throws IOException {
    process.destroyForcibly();
    if (!endsWithin(process, limit)) {
      throw new ProgramFailedException(
          name + " (pid " + process.pid() + ") survived a forced stop: stop it by hand");
    }
  }

  /** Sends a signal by name, for servers to which SIGTERM means something else. */
  public static void signal(String signal, ProcessHandle process) throws IOException {
    Process kill =
        // The shell's own kill: the program of that name is not on every machine.
        new ProcessBuilder("sh", "-c", "kill -" + signal + " " + process.pid())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    endsWithin(kill.toHandle(), FORCED);
  }

  public static boolean endsWithin(ProcessHandle process, Duration limit) {
    try {
      process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException late) {
      return false;
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
