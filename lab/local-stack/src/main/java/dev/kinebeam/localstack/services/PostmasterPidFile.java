package dev.kinebeam.localstack.services;

import dev.kinebeam.programs.process.PidFile;
import dev.kinebeam.programs.process.ProcessStopper;
import dev.kinebeam.programs.process.ProgramFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * PostgreSQL's own pid file: it outlives the JVM that started the server, and so names a server
 * left over from a killed run.
 */
record PostmasterPidFile(Path dataDir) {
  private static final Duration FAST = Duration.ofSeconds(10);
  private static final int PID_LINE = 0;
  private static final int DATA_DIR_LINE = 1;
  private static final int START_LINE = 2;

  private Path pidFile() {
    return dataDir.resolve("postmaster.pid");
  }

  /** The server that runs on this data directory, if it is beyond doubt that one. */
  Optional<ProcessHandle> running() throws IOException {
    if (!Files.exists(pidFile())) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(pidFile());
    if (lines.size() <= START_LINE
        || !Path.of(lines.get(DATA_DIR_LINE)).toAbsolutePath().equals(dataDir)) {
      return Optional.empty();
    }
    Instant started = Instant.ofEpochSecond(Long.parseLong(lines.get(START_LINE).strip()));
    return ProcessHandle.of(Long.parseLong(lines.get(PID_LINE).strip()))
        .filter(ProcessHandle::isAlive)
        .filter(process -> PidFile.startedAt(process, started))
        .filter(process -> PidFile.commandLine(process.pid()).contains("postgres"));
  }

  /** Stops the server: at once for its clients, cleanly for its data. Leaves no pid file behind. */
  void stop() throws IOException {
    Optional<ProcessHandle> process = running();
    if (process.isPresent()) {
      // SIGTERM would wait for every client to go; SIGINT rolls back, writes a checkpoint and ends.
      ProcessStopper.signal("INT", process.get());
      if (!ProcessStopper.endsWithin(process.get(), FAST)) {
        // No checkpoint: the next start recovers from the log.
        ProcessStopper.signal("QUIT", process.get());
        if (!ProcessStopper.endsWithin(process.get(), FAST)) {
          throw new ProgramFailedException(
              "PostgreSQL (pid " + process.get().pid() + ") does not stop: stop it by hand");
        }
      }
    }
    // Left by a crash of the machine: a foreign process that got its pid would keep the server from
    // starting.
    Files.deleteIfExists(pidFile());
  }
}
