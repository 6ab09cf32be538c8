package dev.kinebeam.localstack.cloudflare;

import dev.kinebeam.localstack.cloudflare.Faults.Fault;
import dev.kinebeam.localstack.cloudflare.StreamVideo.Failure;
import dev.kinebeam.localstack.standin.HlsPackager;
import dev.kinebeam.localstack.standin.Thumbnail;
import dev.kinebeam.localstack.standin.UnreadableVideoException;
import dev.kinebeam.localstack.standin.VideoFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes videos playable whose file has arrived, one after the other. What was under way when the
 * server ended, however it ended, is begun again at the next start.
 */
final class Encoder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Encoder.class);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);
  private static final double SHORTEST_SECONDS = 0.1;

  private final VideoFolders<StreamVideo> videos;
  private final Notifications notifications;
  private final Faults faults;
  private final InstantSource clock;

  /** Those that stay queued until the server is restarted, or until they are ordered. */
  private final Set<String> held = ConcurrentHashMap.newKeySet();

  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "encoder");
            thread.setDaemon(true);
            return thread;
          });

  private volatile boolean closing;

  Encoder(
      VideoFolders<StreamVideo> videos,
      Notifications notifications,
      Faults faults,
      InstantSource clock) {
    this.videos = videos;
    this.notifications = notifications;
    this.faults = faults;
    this.clock = clock;
  }

  void resumeAll() {
    videos.all().stream()
        .filter(video -> video.state().isUnderWay())
        .forEach(video -> enqueue(video.uid()));
  }

  void enqueue(String uid) {
    boolean stays = faults.next(Fault.NEVER_FINISH);
    if (stays) {
      held.add(uid);
    }
    videos.change(uid, StreamVideo::queued);
    if (!stays) {
      begin(uid);
    }
  }

  /** Processes one that was to stay queued; false when it is not one of those. */
  boolean finish(String uid) {
    boolean stayed = held.remove(uid);
    if (stayed) {
      begin(uid);
    }
    return stayed;
  }

  private void begin(String uid) {
    CompletableFuture.delayedExecutor(
            faults.processingDelay().toMillis(), TimeUnit.MILLISECONDS, worker)
        .execute(() -> encode(uid));
  }

  void fail(String uid, Failure why) {
    videos.change(uid, video -> video.failed(why)).ifPresent(notifications::announce);
  }

  private void encode(String uid) {
    if (videos.find(uid).isEmpty()) {
      return;
    }
    try {
      if (faults.next(Fault.FAIL_VIDEO)) {
        fail(uid, new Failure(faults.errorCode(), "a fault that was ordered"));
        return;
      }
      makePlayable(uid);
      videos.change(uid, video -> video.ready(clock.millis())).ifPresent(notifications::announce);
    } catch (Refused e) {
      fail(uid, e.failure);
    } catch (IOException | RuntimeException | LinkageError | OutOfMemoryError e) {
      if (closing) {
        return;
      }
      LOG.warn("video {} cannot be made playable", uid, e);
      fail(uid, new Failure("ERR_UNKNOWN", e.toString()));
    }
  }

  /** A file that is not made playable, by the API's code. */
  private static final class Refused extends Exception {
    private final Failure failure;

    Refused(String code, String text) {
      super(text);
      this.failure = new Failure(code, text);
    }
  }

  private void makePlayable(String uid) throws IOException, Refused {
    Path original = videos.original(uid);
    try (HlsPackager packager = opened(original)) {
      if (packager.picture().seconds() < SHORTEST_SECONDS) {
        throw new Refused("ERR_DURATION_TOO_SHORT", "the video is shorter than 0.1 s");
      }
      videos.change(uid, video -> video.inProgress(packager.picture()));
      Path part = videos.folder(uid).resolve("hls.part");
      VideoFolders.deleteTree(part);
      VideoFolders.deleteTree(videos.hls(uid));
      Files.createDirectories(part);
      packager.write(part, percent -> progress(uid, percent));
      Thumbnail.write(original, packager.picture(), 0, videos.thumbnail(uid));
      Files.move(part, videos.hls(uid), StandardCopyOption.ATOMIC_MOVE);
    } catch (UnreadableVideoException e) {
      throw new Refused("ERR_MALFORMED_VIDEO", e.getMessage());
    }
  }

  private static HlsPackager opened(Path original) throws Refused {
    try {
      return HlsPackager.open(original);
    } catch (UnreadableVideoException e) {
      throw new Refused("ERR_NON_VIDEO", e.getMessage());
    }
  }

  private void progress(String uid, int percent) {
    if (closing) {
      throw new CancellationException("the video host is stopping");
    }
    videos.note(uid, video -> video.at(percent));
  }

  /** Breaks off what is under way, to be begun again by the next start. */
  @Override
  public void close() {
    closing = true;
    worker.shutdownNow();
    try {
      if (!worker.awaitTermination(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("an encoding does not stop; it is begun again at the next start");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
