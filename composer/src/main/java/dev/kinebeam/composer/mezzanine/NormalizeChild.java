package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.libav.ChildJvm;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A {@link NormalizeMain} that runs, as its parent sees it. Not thread-safe. */
final class NormalizeChild {
  /** One that takes longer hangs in the kernel, on a dead disk for example. */
  private static final long KILLED_WITHIN_SECONDS = 10;

  private final Process process;
  private final BufferedWriter requests;
  private final OutputTail log;
  private final BlockingQueue<Said> output = new LinkedBlockingQueue<>();

  /**
   * What a child said within a time.
   *
   * @param line empty when it said nothing yet
   * @param ended whether it will say nothing more
   */
  record Said(Optional<String> line, boolean ended) {
    private static final Said NOTHING = new Said(Optional.empty(), false);
    private static final Said END = new Said(Optional.empty(), true);

    private static Said of(String line) {
      return new Said(Optional.of(line), false);
    }
  }

  private NormalizeChild(Process process) {
    this.process = process;
    this.requests = process.outputWriter(StandardCharsets.UTF_8);
    this.log = OutputTail.of(process.getErrorStream());
    Thread reader = new Thread(this::readLines, "normalize-lines");
    reader.setDaemon(true);
    reader.start();
  }

  /** Starts one; what it leaves of its own, which is nothing, is among the temporary files. */
  static NormalizeChild start() throws IOException {
    return of(
        ChildJvm.builder(NormalizeMain.class)
            .directory(new File(System.getProperty("java.io.tmpdir")))
            .start());
  }

  static NormalizeChild of(Process process) {
    return new NormalizeChild(process);
  }

  private void readLines() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        output.add(Said.of(line));
      }
    } catch (IOException | UncheckedIOException killed) {
      output.add(Said.of("its output broke off: " + killed));
    } finally {
      output.add(Said.END);
    }
  }

  /** Sends a request; one that has ended says so by its exit code. */
  void ask(String request) {
    try {
      requests.write(request + "\n");
      requests.flush();
    } catch (IOException ended) {
      process.destroyForcibly();
    }
  }

  /** Its next line, if there is one within so long. */
  Said next(long millis) throws InterruptedException {
    Said said = output.poll(millis, TimeUnit.MILLISECONDS);
    return said == null ? Said.NOTHING : said;
  }

  /** Waits for its end after that of its output. */
  int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  /** The end of its log. */
  String log() throws InterruptedException {
    return log.words();
  }

  long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Kills it, and waits for its end; an interrupt does not end this wait. */
  void end() {
    process
        .destroyForcibly()
        .onExit()
        .completeOnTimeout(process, KILLED_WITHIN_SECONDS, TimeUnit.SECONDS)
        .join();
  }
}
