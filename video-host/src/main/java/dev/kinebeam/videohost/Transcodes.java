package dev.kinebeam.videohost;

import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.composer.mezzanine.SourceRejected;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.schemas.render.Composition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes uploaded files into compositions, one file after the other. What was under way when the
 * host ended is begun again by its next start; while the bucket is unavailable a file waits. A file
 * is begun with {@link StoredVideo#MOST_ATTEMPTS} times at most, whatever the failures, and has
 * failed then.
 */
final class Transcodes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Transcodes.class);

  /** Doubled with each attempt: five of them last five minutes at least. */
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(20);

  private static final Duration STOP_WITHIN = Duration.ofSeconds(20);

  private final VideoRecords videos;
  private final ObjectStore bucket;
  private final Path scratch;
  private final Maker maker;
  private final Duration againAfter;
  private final Map<UUID, Integer> percents = new ConcurrentHashMap<>();
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "transcodes");
            thread.setDaemon(true);
            return thread;
          });

  /** Makes a file playable. */
  @FunctionalInterface
  interface Maker {
    /**
     * Returns when every mezzanine is in the bucket.
     *
     * @throws SourceRejected or {@link MediaException} when the file cannot be used
     */
    Composition make(Path file, IntConsumer percent) throws IOException;
  }

  /**
   * Begins with nothing.
   *
   * @param scratch folder of this process alone
   */
  Transcodes(VideoRecords videos, ObjectStore bucket, Path scratch, Maker maker) {
    this(videos, bucket, scratch, maker, AGAIN_AFTER);
  }

  Transcodes(
      VideoRecords videos, ObjectStore bucket, Path scratch, Maker maker, Duration againAfter) {
    this.videos = videos;
    this.bucket = bucket;
    this.scratch = scratch;
    this.maker = maker;
    this.againAfter = againAfter;
  }

  /** Takes up what an earlier run left, as soon as the bucket answers. */
  void resume() {
    worker.execute(this::enqueueAll);
  }

  private void enqueueAll() {
    try {
      videos.pending().forEach(this::enqueue);
    } catch (IOException e) {
      if (!worker.isShutdown()) {
        LOG.warn("files are looked for again in {}: {}", againAfter, e.getMessage());
        later(againAfter, this::enqueueAll);
      }
    }
  }

  void enqueue(UUID id) {
    percents.putIfAbsent(id, 0);
    worker.execute(() -> transcode(id));
  }

  private void later(Duration pause, Runnable task) {
    CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, worker)
        .execute(task);
  }

  /** How far it is; of those that another host makes, nothing is known. */
  int percent(StoredVideo video) {
    return video.status() == StoredVideo.Status.READY ? 100 : percents.getOrDefault(video.id(), 0);
  }

  /** The key of a video's file, which is its own. */
  static String uploadKey(UUID id) {
    return "uploads/" + id;
  }

  /** Deletes a video's file; there may be none. */
  void deleteUpload(UUID id) throws IOException {
    bucket.delete(uploadKey(id));
  }

  /**
   * One attempt, which is counted in the record before it begins, since the process may end in it.
   * None is counted while the bucket is unavailable.
   */
  private void transcode(UUID id) {
    try {
      Optional<VideoRecords.Entry> there = videos.read(id);
      if (there.isEmpty() || there.get().video().status() != StoredVideo.Status.PROCESSING) {
        videos.notPending(id);
        percents.remove(id);
        return;
      }
      StoredVideo video = there.get().video();
      Optional<StoredVideo> begun = video.begun(UUID.randomUUID());
      Optional<VideoRecords.Entry> kept =
          videos.replace(there.get(), begun.orElseGet(video::givenUp));
      if (begun.isPresent() && kept.isPresent()) {
        attempt(kept.get());
      } else {
        percents.remove(id); // given up, or deleted or begun by another host this moment
      }
    } catch (VideoRecords.Unreadable e) {
      LOG.warn("{}; it is not transcoded", e.getMessage());
      percents.remove(id);
    } catch (IOException | RuntimeException | Error e) { // an executor would keep it to itself
      again(id, 1, e);
    }
  }

  private void attempt(VideoRecords.Entry begun) throws IOException {
    UUID id = begun.video().id();
    StoredVideo done;
    try {
      done = made(begun.video());
    } catch (IOException | RuntimeException | Error e) { // whatever it was, it counts
      if (worker.isShutdown()) {
        return;
      }
      done = begun.video().failedOnce(e.getMessage() == null ? e.toString() : e.getMessage());
      again(id, begun.video().attempt().number(), e);
    }
    if (worker.isShutdown() && done.status() == StoredVideo.Status.FAILED) {
      return; // it was broken off
    }
    // Not over a record of another attempt, or of another publication of the same title.
    boolean saved = videos.replace(begun, done).isPresent();
    if (!saved || done.status() != StoredVideo.Status.PROCESSING) {
      percents.remove(id);
    }
  }

  /** The next attempt finds out whether there is anything left to do. */
  private void again(UUID id, int attempts, Throwable cause) {
    if (!worker.isShutdown()) {
      Duration pause = againAfter.multipliedBy(1L << (attempts - 1));
      LOG.warn("transcoding the video {} failed; it is looked at again in {}", id, pause, cause);
      later(pause, () -> transcode(id));
    }
  }

  /** The video, ready or failed; what another attempt may repair is thrown. */
  private StoredVideo made(StoredVideo video) throws IOException {
    Path folder = Files.createTempDirectory(Files.createDirectories(scratch), "upload-");
    Path file = folder.resolve("upload");
    try {
      bucket.download(video.upload(), file);
      Composition composition = maker.make(file, percent -> percents.put(video.id(), percent));
      if (composition.checked() instanceof Composition.Invalid invalid) {
        return video.failed(invalid.errors().get(0).message());
      }
      return video.ready(composition);
    } catch (ObjectStoreException.Missing e) {
      return video.failed("its file is not in the bucket");
    } catch (SourceRejected | MediaException e) {
      return video.failed(e.getMessage());
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  /** Breaks off what is under way. */
  @Override
  public void close() {
    worker.shutdownNow();
    try {
      if (!worker.awaitTermination(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("a transcode does not stop; the next start begins it again");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
