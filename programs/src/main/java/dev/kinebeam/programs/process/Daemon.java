package dev.kinebeam.programs.process;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * A Java program that outlives whoever started it. It is found again by its pid file; its log has
 * what it wrote to standard output and error.
 *
 * @param name of the program
 * @param process while it lives
 * @param log its output
 */
public record Daemon(String name, ProcessHandle process, Path log, Path pidFile) {
  private static final Duration KILLED_WITHIN = Duration.ofSeconds(10);

  /**
   * Starts the program and returns at once.
   *
   * @param folder gets {@code logs/NAME.log} and {@code run/NAME.pid}
   */
  public static Daemon start(JavaProgram program, Path folder) throws IOException {
    Path at = folder.toAbsolutePath().normalize();
    Path log = at.resolve("logs").resolve(program.name() + ".log");
    Folders.createPrivate(log.getParent());
    ProcessBuilder builder = program.process(at);
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    PidFile pidFile = pidFile(program.name(), at);
    Process process = builder.start();
    try {
      pidFile.write(process.toHandle(), program.mark(at));
    } catch (IOException e) {
      ProcessStopper.terminate(program.name(), process.toHandle());
      throw e;
    }
    return new Daemon(program.name(), process.toHandle(), log, pidFile.file());
  }

  /** The program of this name that runs on this folder, whoever started it. */
  public static Optional<Daemon> running(String name, Path folder) throws IOException {
    Path at = folder.toAbsolutePath().normalize();
    PidFile pidFile = pidFile(name, at);
    Path log = at.resolve("logs").resolve(name + ".log");
    return pidFile.running().map(process -> new Daemon(name, process, log, pidFile.file()));
  }

  private static PidFile pidFile(String name, Path folder) {
    return new PidFile(folder.resolve("run").resolve(name + ".pid"));
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** Its log's name and last lines, to be shown with an error. */
  public String lastWords() {
    return LogTail.of(log);
  }

  /** Ends it as a crash would, without a chance to clean up; returns when it has ended. */
  public void kill() throws IOException {
    ProcessStopper.kill(name, process, KILLED_WITHIN);
  }

  /** Ends it by SIGTERM, or by SIGKILL when it does not react; returns when it has ended. */
  public void stop() throws IOException {
    ProcessStopper.terminate(name, process);
    new PidFile(pidFile).delete();
  }
}
