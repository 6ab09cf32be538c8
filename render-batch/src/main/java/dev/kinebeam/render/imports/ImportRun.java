package dev.kinebeam.render.imports;

import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.program.cli.ProgressLine;
import dev.kinebeam.render.hosting.HostWaits;
import dev.kinebeam.schemas.Json;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * All rows of a table, several at a time, each with its line in the results as soon as it ended.
 */
final class ImportRun {

  private final Importer importer;
  private final int parallelism;
  private final HostWaits waits;
  private final Consumer<String> progress;
  private final Map<RowResult.Status, Integer> counts = new EnumMap<>(RowResult.Status.class);

  ImportRun(Importer importer, int parallelism, HostWaits waits, Consumer<String> progress) {
    this.importer = importer;
    this.parallelism = parallelism;
    this.waits = waits;
    this.progress = progress;
  }

  /**
   * Serves every row and returns when the last has ended.
   *
   * @throws IOException when the import must stop; starting it again continues
   */
  ImportReport serve(ImportFile table, FileAddress results)
      throws IOException, InterruptedException {
    long begin = System.nanoTime();
    ExecutorService threads = Executors.newFixedThreadPool(parallelism);
    try (BufferedWriter lines = results.newWriter()) {
      for (RowResult fault : table.faults()) {
        write(lines, fault);
      }
      ExecutorCompletionService<RowResult> running = new ExecutorCompletionService<>(threads);
      table.rows().forEach(row -> running.submit(() -> importer.serve(row)));
      ProgressLine line = new ProgressLine(progress);
      for (int left = table.rows().size(); left > 0; ) {
        Future<RowResult> done =
            running.poll(ProgressLine.INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        if (done != null) {
          write(lines, done.get());
          left--;
        }
        line.update(() -> progress(table.size(), begin));
      }
    } catch (ExecutionException e) {
      throw new IOException(
          "the import broke off: "
              + e.getCause().getMessage()
              + "; start it again and it continues",
          e.getCause());
    } finally {
      threads.shutdownNow();
      awaitEnd(threads);
    }
    return new ImportReport(
        table.size(),
        count(RowResult.Status.IMPORTED),
        count(RowResult.Status.REPLACED),
        count(RowResult.Status.UNCHANGED),
        count(RowResult.Status.FAILED),
        (System.nanoTime() - begin) / 1e9);
  }

  /** What the threads work with is closed after us. */
  private static void awaitEnd(ExecutorService threads) throws IOException, InterruptedException {
    if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
      throw new InterruptedIOException("the rows in progress do not finish");
    }
  }

  private void write(BufferedWriter lines, RowResult result) throws IOException {
    counts.merge(result.status(), 1, Integer::sum);
    lines.write(new String(Json.bytes(result), StandardCharsets.UTF_8));
    lines.newLine();
    lines.flush();
  }

  private int count(RowResult.Status status) {
    return counts.getOrDefault(status, 0);
  }

  private String progress(int rows, long begin) {
    int done = counts.values().stream().mapToInt(Integer::intValue).sum();
    return "%d of %d rows, %d of them failed; %d s%s"
        .formatted(
            done,
            rows,
            count(RowResult.Status.FAILED),
            (System.nanoTime() - begin) / 1_000_000_000,
            waits.longest().map(wait -> "; " + wait).orElse(""));
  }
}
