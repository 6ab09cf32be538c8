package dev.kinebeam.videohost;

import dev.kinebeam.composer.bundle.LocalPrimitive;
import dev.kinebeam.composer.libav.MediaException;
import dev.kinebeam.composer.libav.PictureShape;
import dev.kinebeam.composer.media.MediaChildren;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.Normalizer;
import dev.kinebeam.composer.mezzanine.PinnedMezzanines;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.composer.mezzanine.Quality;
import dev.kinebeam.composer.mezzanine.SharedMezzanines;
import dev.kinebeam.composer.mezzanine.SourceRejected;
import dev.kinebeam.composer.mezzanine.VideoMezzanine;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.schemas.render.Composition;
import dev.kinebeam.schemas.render.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes uploaded files into compositions of one video, in the qualities that their shorter side
 * has, one file after the other. What was under way when the host ended is begun again by its next
 * start; while the bucket is unavailable a file waits.
 */
final class Transcodes implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Transcodes.class);
  private static final String VIDEO = "upload.mp4";
  private static final Duration AGAIN_AFTER = Duration.ofSeconds(10);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(20);

  private final VideoRecords videos;
  private final ObjectStore bucket;
  private final PinnedMezzanines mezzanines;
  private final Room room;
  private final Normalizer normalizer;
  private final MediaChildren children;
  private final List<Quality> ladder;
  private final Map<UUID, Integer> percents = new ConcurrentHashMap<>();
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "transcodes");
            thread.setDaemon(true);
            return thread;
          });

  /**
   * Where files are while they are transcoded, and the mezzanines.
   *
   * @param scratch folder of this process alone
   * @param mezzanines directory
   */
  record Room(Path scratch, Path mezzanines, long cacheBytes) {}

  Transcodes(
      VideoRecords videos,
      ObjectStore bucket,
      PinnedMezzanines mezzanines,
      Room room,
      Normalizer normalizer,
      MediaChildren children) {
    this.videos = videos;
    this.bucket = bucket;
    this.mezzanines = mezzanines;
    this.room = room;
    this.normalizer = normalizer;
    this.children = children;
    this.ladder = Profile.FULL_HD.ladder().stream().map(Profile::quality).toList();
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
        LOG.warn("files are looked for again in {}: {}", AGAIN_AFTER, e.getMessage());
        later(this::enqueueAll);
      }
    }
  }

  void enqueue(UUID id) {
    percents.putIfAbsent(id, 0);
    worker.execute(() -> transcode(id));
  }

  private void later(Runnable task) {
    CompletableFuture.delayedExecutor(AGAIN_AFTER.toMillis(), TimeUnit.MILLISECONDS, worker)
        .execute(task);
  }

  /** A video with how far its transcoding is now. */
  StoredVideo withProgress(StoredVideo video) {
    return new StoredVideo(
        video.id(),
        video.collection(),
        video.title(),
        video.status(),
        video.upload(),
        percents.getOrDefault(video.id(), video.percent()),
        video.failure(),
        video.composition());
  }

  /** Deletes a video's file. */
  void delete(StoredVideo video) throws IOException {
    if (video.upload() != null) {
      bucket.delete(video.upload());
    }
  }

  private void transcode(UUID id) {
    try {
      Optional<StoredVideo> video = videos.find(id).map(VideoRecords.Known::video);
      if (video.isEmpty() || video.get().status() != StoredVideo.Status.PROCESSING) {
        return;
      }
      StoredVideo done = made(video.get());
      // Not over one that was deleted meanwhile.
      if (videos.find(id).isPresent()) {
        videos.save(done);
      }
      percents.remove(id);
    } catch (IOException | RuntimeException e) {
      if (!worker.isShutdown()) {
        LOG.warn("video {} is transcoded again in {}: {}", id, AGAIN_AFTER, e.getMessage());
        later(() -> transcode(id));
      }
    }
  }

  /** The video, ready or failed; what another attempt may spare is thrown. */
  private StoredVideo made(StoredVideo video) throws IOException {
    Path folder = Files.createTempDirectory(Files.createDirectories(room.scratch), "upload-");
    Path file = folder.resolve("upload");
    try {
      bucket.download(video.upload(), file);
      Composition composition = composition(video.id(), file);
      mezzanines.requireStored(composition);
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

  private Composition composition(UUID id, Path file) throws IOException {
    PictureShape shape = children.shape(file);
    List<Quality> qualities = qualitiesOf(shape);
    LocalPrimitive source = new LocalPrimitive(VIDEO, file);
    List<Composition.Rung> rungs = new ArrayList<>();
    int frames = 0;
    List<MezzanineCache> caches =
        MezzanineCache.ladder(
            room.mezzanines,
            qualities,
            room.cacheBytes,
            normalizer,
            SharedMezzanines.NONE,
            Clock.systemUTC());
    for (MezzanineCache cache : caches) {
      Quality quality = cache.quality();
      try (VideoMezzanine made = cache.video(source, done -> {})) {
        frames = made.frames();
        rungs.add(
            new Composition.Rung(
                quality.label(),
                quality.format().width(),
                quality.format().height(),
                Base64.getEncoder().encodeToString(made.sampleEntry()),
                List.of(made.describe(VIDEO))));
      }
      percents.put(id, 100 * rungs.size() / (qualities.size() + 1));
    }
    return new Composition(
        "upload",
        "und",
        new Manifest.Gains(1, 1),
        rungs,
        List.of(),
        List.of(new Composition.Take(VIDEO, 0, frames)),
        List.of());
  }

  /** Those that the picture's shorter side has, at least the lowest. */
  private List<Quality> qualitiesOf(PictureShape shape) {
    int shorter = Math.min(shape.width(), shape.height());
    List<Quality> fitting =
        ladder.stream().filter(quality -> quality.format().height() <= shorter).toList();
    List<Quality> chosen = fitting.isEmpty() ? List.of(ladder.get(ladder.size() - 1)) : fitting;
    return chosen.stream().map(quality -> quality.shapedAs(shape.width(), shape.height())).toList();
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
