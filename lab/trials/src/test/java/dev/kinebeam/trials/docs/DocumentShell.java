package dev.kinebeam.trials.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * One shell in which a document's commands are typed, one block after the other: what a block sets
 * is there in the next. It ends at the first command that fails. {@code ./kinebeam} in its folder
 * is this build's command line.
 */
public final class DocumentShell implements AutoCloseable {
  private static final String END = "-- end of the block --";

  private final Path folder;
  private final Path errors;
  private final Duration limit;
  private final Process bash;
  private final Writer input;
  private final BufferedReader output;
  private final ExecutorService reading = Executors.newSingleThreadExecutor();
  private int typed;

  /**
   * Opens it.
   *
   * @param limit how long a block may take
   */
  public DocumentShell(Path folder, Duration limit) throws IOException {
    this.folder = folder;
    this.errors = folder.resolve("err.txt");
    this.limit = limit;
    ShellBlocks.frontDoor(folder);
    ProcessBuilder builder = new ProcessBuilder("bash");
    builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    bash = builder.directory(folder.toFile()).redirectError(errors.toFile()).start();
    input = bash.outputWriter(UTF_8);
    output = new BufferedReader(new InputStreamReader(bash.getInputStream(), UTF_8));
    write("set -euo pipefail\n");
  }

  /** Types a block, and returns the lines that it printed, but empty ones. */
  public List<String> type(String block) throws IOException, InterruptedException {
    Path script = Files.writeString(folder.resolve("block-" + ++typed + ".sh"), block, UTF_8);
    // From a file, so that no command of it reads the commands after it.
    write(". '%s' </dev/null\necho\necho '%s'\n".formatted(script, END));
    Future<List<String>> printed = reading.submit(this::untilItsEnd);
    try {
      return printed.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new IOException("not within " + limit + ": " + block + said(), e);
    } catch (ExecutionException e) {
      throw new IOException(block + said(), e);
    }
  }

  private List<String> untilItsEnd() {
    List<String> lines = new ArrayList<>();
    try {
      for (String line = output.readLine(); ; line = output.readLine()) {
        if (line == null) {
          throw new IllegalStateException("a command failed; before it: " + lines);
        }
        if (line.equals(END)) {
          return lines;
        }
        if (!line.isBlank()) {
          lines.add(line);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String text) throws IOException {
    input.write(text);
    input.flush();
  }

  private String said() throws IOException {
    return "\n" + Files.readString(errors, UTF_8);
  }

  @Override
  public void close() {
    bash.descendants().forEach(ProcessHandle::destroyForcibly);
    bash.destroyForcibly();
    reading.shutdownNow();
  }
}
