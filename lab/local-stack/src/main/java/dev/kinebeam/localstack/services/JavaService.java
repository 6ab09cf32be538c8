package dev.kinebeam.localstack.services;

import dev.kinebeam.program.process.ReadyLine;
import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.programs.process.JavaProgram;
import dev.kinebeam.programs.process.LogTail;
import dev.kinebeam.programs.process.PidFile;
import dev.kinebeam.programs.process.ProcessStopper;
import dev.kinebeam.programs.process.ProgramFailedException;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A service that is a Java program: started as a child JVM, ready when it writes its {@link
 * ReadyLine}.
 */
final class JavaService implements Service {
  private static final Duration READY_WITHIN = Duration.ofSeconds(60);

  private final Process process;
  private final PidFile pidFile;
  private final ServiceReport report;

  private JavaService(Process process, PidFile pidFile, ServiceReport report) {
    this.process = process;
    this.pidFile = pidFile;
    this.report = report;
  }

  /**
   * Starts the program and waits until it is ready. A child that does not become ready is stopped.
   */
  static JavaService start(JavaProgram program, StackSettings settings) throws IOException {
    Path log = settings.logFile(program.name());
    Folders.createPrivate(log.getParent());
    long begun = System.nanoTime();
    Process process = launch(program, settings, log);
    PidFile pidFile = new PidFile(settings.pidFile(program.name()));
    try {
      pidFile.write(process.toHandle(), program.mark(settings.dataDir()));
      ReadyLine ready = awaitReady(program.name(), process, log);
      Duration startedIn = Duration.ofNanos(System.nanoTime() - begun);
      return new JavaService(
          process,
          pidFile,
          new ServiceReport(
              ready.service(), ready.version(), ready.port(), process.pid(), startedIn));
    } catch (IOException e) {
      ProcessStopper.terminate(program.name(), process.toHandle());
      pidFile.delete();
      throw e;
    }
  }

  private static Process launch(JavaProgram program, StackSettings settings, Path log)
      throws IOException {
    ProcessBuilder builder = program.process(settings.dataDir());
    builder.redirectError(ProcessBuilder.Redirect.to(log.toFile()));
    return builder.start();
  }

  private static ReadyLine awaitReady(String name, Process process, Path log)
      throws ProgramFailedException {
    CompletableFuture<ReadyLine> ready = new CompletableFuture<>();
    Thread reader = new Thread(() -> readOutput(process, log, ready), name + "-output");
    reader.setDaemon(true);
    reader.start();
    try {
      return ready.get(READY_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new ProgramFailedException(
          "%s was not ready after %d s; %s"
              .formatted(name, READY_WITHIN.toSeconds(), LogTail.of(log)),
          e);
    } catch (ExecutionException e) {
      throw new ProgramFailedException(name + " ended before it was ready; " + LogTail.of(log), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ProgramFailedException("interrupted while " + name + " was starting", e);
    }
  }

  /** Drains the child's output as long as it lives, since a full pipe would stop it. */
  private static void readOutput(Process process, Path log, CompletableFuture<ReadyLine> ready) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      String line;
      while ((line = output.readLine()) != null) {
        ReadyLine.parse(line).ifPresentOrElse(ready::complete, append(log, line));
      }
      ready.completeExceptionally(new IOException("end of output"));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  private static Runnable append(Path log, String line) {
    return () -> {
      try (BufferedWriter writer = Files.newBufferedWriter(log, StandardOpenOption.APPEND)) {
        writer.write(line + "\n");
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    };
  }

  @Override
  public ServiceReport report() {
    return report;
  }

  @Override
  public void stop() throws IOException {
    ProcessStopper.terminate(report.name(), process.toHandle());
    pidFile.delete();
  }

  @Override
  public void kill() throws IOException {
    ProcessStopper.kill(report.name(), process.toHandle(), READY_WITHIN);
  }
}
