package dev.kinebeam.localstack.bunny;

import dev.kinebeam.localstack.bunny.Faults.Fault;
import dev.kinebeam.localstack.standin.HlsPackager;
import dev.kinebeam.localstack.standin.Thumbnail;
import dev.kinebeam.localstack.standin.VideoFolders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes uploaded files playable, one after the other. What was under way when the host ended,
 * however it ended, is begun again at the next start.
 */
final class Transcoder implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Transcoder.class);

  private static final int LIE_SECONDS = 1000;
  private static final Duration STOP_WITHIN = Duration.ofSeconds(5);

  private final VideoFolders<HostedVideo> store;
  private final Webhooks webhooks;
  private final Faults faults;
  private final ExecutorService worker =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "transcoder");
            thread.setDaemon(true);
            return thread;
          });

  private volatile boolean closing;

  Transcoder(VideoFolders<HostedVideo> store, Webhooks webhooks, Faults faults) {
    this.store = store;
    this.webhooks = webhooks;
    this.faults = faults;
  }

  void resumeAll() {
    store.all().stream()
        .filter(video -> video.status().isUnderWay())
        .forEach(video -> enqueue(video.guid()));
  }

  void enqueue(String guid) {
    webhooks.announce(guid, WebhookStatus.QUEUED);
    if (faults.next(Fault.NEVER_FINISH)) {
      store.change(guid, HostedVideo::processing);
      return;
    }
    CompletableFuture.delayedExecutor(
            faults.processingDelay().toMillis(), TimeUnit.MILLISECONDS, worker)
        .execute(() -> transcode(guid));
  }

  private void transcode(String guid) {
    try {
      if (store.change(guid, HostedVideo::processing).isPresent()) {
        webhooks.announce(guid, WebhookStatus.PROCESSING);
        makePlayable(guid);
        if (faults.next(Fault.LIE)) {
          store.change(guid, video -> video.transcoding(video.picture().longerBy(LIE_SECONDS)));
        }
        store.change(guid, HostedVideo::finished);
        webhooks.announce(guid, WebhookStatus.RESOLUTION_FINISHED);
        webhooks.announce(guid, WebhookStatus.FINISHED);
      }
    } catch (Throwable e) {
      if (closing) {
        return;
      }
      // Whatever it was, missing native libraries and want of memory too, the video must not hang:
      // its owner sees status 5 and the reason.
      LOG.warn("video {} cannot be made playable", guid, e);
      store.change(guid, video -> video.failed(reason(e)));
      webhooks.announce(guid, WebhookStatus.FAILED);
    }
  }

  private static String reason(Throwable failure) {
    if (failure instanceof OutOfMemoryError) {
      return "it needs more memory than this host has: " + failure.getMessage();
    }
    return failure instanceof IOException ? failure.getMessage() : failure.toString();
  }

  private void makePlayable(String guid) throws IOException {
    HostedVideo video = store.find(guid).orElseThrow(() -> new IOException("deleted meanwhile"));
    Path original = store.original(guid);
    try (HlsPackager packager = HlsPackager.open(original)) {
      store.change(guid, v -> v.transcoding(packager.picture()));
      webhooks.announce(guid, WebhookStatus.ENCODING);
      Path part = store.folder(guid).resolve("hls.part");
      VideoFolders.deleteTree(part);
      VideoFolders.deleteTree(store.hls(guid));
      Files.createDirectories(part);
      packager.write(part, percent -> progress(guid, percent));
      Thumbnail.write(original, packager.picture(), video.thumbnailTimeMs(), store.thumbnail(guid));
      Files.move(part, store.hls(guid), StandardCopyOption.ATOMIC_MOVE);
    }
  }

  private void progress(String guid, int percent) {
    if (closing) {
      throw new CancellationException("the video host is stopping");
    }
    store.note(guid, video -> video.at(percent));
  }

  /**
   * Breaks off what is under way, to be begun again by the next start, and returns when it has
   * stopped.
   */
  @Override
  public void close() {
    closing = true;
    worker.shutdownNow();
    try {
      if (!worker.awaitTermination(STOP_WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        LOG.warn("a transcode does not stop; it is begun again at the next start");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
