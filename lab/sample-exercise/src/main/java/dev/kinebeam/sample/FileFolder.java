package dev.kinebeam.sample;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Makes a folder's files, as many at a time as there are processors, each one atomically. Files of
 * an earlier call with equal parameters are kept, those of other parameters made again. Files of
 * the same names that no earlier call has made are left alone: then nothing is made.
 */
final class FileFolder {
  private static final String STAMP = ".sample-parameters";
  private static final String UNFINISHED = "unfinished\n";
  private static final String LOCK = ".sample-lock";
  private static final String PART = ".part";

  /** One file to be made; dear ones are begun first. */
  record Work(String fileName, int cost, FileMaker maker) {}

  @FunctionalInterface
  interface FileMaker {
    void make(Path file) throws IOException;
  }

  private final Path directory;
  private final String parameters;
  private final List<Work> all;

  FileFolder(Path directory, String parameters, List<Work> all) {
    this.directory = directory;
    this.parameters = parameters;
    this.all = List.copyOf(all);
  }

  /** Two calls for one directory, also from two processes, wait for each other. */
  void write(BundleProgress progress) throws IOException {
    Files.createDirectories(directory);
    synchronized (FileFolder.class) {
      try (FileChannel channel = FileChannel.open(directory.resolve(LOCK), CREATE, WRITE)) {
        channel.lock();
        writeLocked(progress);
      }
    }
  }

  private void writeLocked(BundleProgress progress) throws IOException {
    dropOtherParameters();
    List<Work> missing = new ArrayList<>();
    for (Work work : all) {
      if (!Files.exists(directory.resolve(work.fileName()))) {
        missing.add(work);
      }
    }
    missing.sort(Comparator.comparingInt(Work::cost).reversed());
    int done = all.size() - missing.size();
    progress.filesDone(done, all.size());
    if (missing.isEmpty()) {
      return;
    }
    int workers = Math.min(missing.size(), Runtime.getRuntime().availableProcessors());
    ExecutorService pool = Executors.newFixedThreadPool(workers);
    try {
      CompletionService<Void> completions = new ExecutorCompletionService<>(pool);
      missing.forEach(work -> completions.submit(making(work)));
      for (int i = 0; i < missing.size(); i++) {
        completions.take().get();
        progress.filesDone(++done, all.size());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while the sample exercise was made");
    } catch (ExecutionException e) {
      throw new IOException(
          "the sample exercise could not be made: " + e.getCause().getMessage(), e);
    } finally {
      pool.shutdownNow();
      awaitEnd(pool);
    }
  }

  private Callable<Void> making(Work work) {
    return () -> {
      Path file = directory.resolve(work.fileName());
      Files.createDirectories(file.getParent());
      Path part = file.resolveSibling("." + file.getFileName() + PART);
      work.maker().make(part);
      Files.move(part, file, ATOMIC_MOVE, REPLACE_EXISTING);
      return null;
    };
  }

  private void dropOtherParameters() throws IOException {
    Path stamp = directory.resolve(STAMP);
    if (Files.exists(stamp) && Files.readString(stamp).equals(parameters)) {
      return;
    }
    if (!Files.exists(stamp)) {
      requireNoneOfOthers();
    }
    // Ours from here on, also when this breaks off.
    stamp(UNFINISHED);
    for (Work work : all) {
      Files.deleteIfExists(directory.resolve(work.fileName()));
    }
    stamp(parameters);
  }

  private void requireNoneOfOthers() throws IOException {
    for (Work work : all) {
      if (Files.exists(directory.resolve(work.fileName()))) {
        throw new IOException(
            directory
                + " holds "
                + work.fileName()
                + ", which no sample exercise has put there; give another folder");
      }
    }
  }

  private void stamp(String text) throws IOException {
    Path part = directory.resolve(STAMP + PART);
    Files.writeString(part, text);
    Files.move(part, directory.resolve(STAMP), ATOMIC_MOVE, REPLACE_EXISTING);
  }

  /**
   * No thread may write into the directory after {@link #write} has returned, so an interrupt must
   * not cut this wait short: the makers notice theirs at the next frame.
   */
  private static void awaitEnd(ExecutorService pool) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      if (!pool.awaitTermination(1, TimeUnit.MINUTES)) {
        throw new IOException("the makers of the sample exercise do not end");
      }
    } catch (InterruptedException e) {
      interrupted = true;
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
