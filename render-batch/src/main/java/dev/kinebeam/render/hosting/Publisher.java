package dev.kinebeam.render.hosting;

import dev.kinebeam.catalog.db.CreatedVideos;
import dev.kinebeam.catalog.db.CreatedVideos.Creation;
import dev.kinebeam.catalog.db.ReplacedVideos;
import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHostException;
import dev.kinebeam.program.database.DatabaseUnavailableException;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.program.retry.RetryDelays;
import dev.kinebeam.program.retry.RetryPolicy;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings videos to a host and waits until they can be played. Each is noted in the database before
 * its upload ({@link CreatedVideos}); the caller either records it or {@linkplain #giveUp gives it
 * up}. Done again after a crash it leaves one video. Thread-safe.
 *
 * @param playableWithin how long the host may take for one video
 * @param waits where a video is entered while it is waited for
 */
public record Publisher(
    VideoHost host,
    CreatedVideos created,
    ReplacedVideos replaced,
    Duration playableWithin,
    Retrier retrier,
    HostWaits waits) {
  private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
  private static final RetryPolicy POLLS =
      RetryPolicy.doubling(Duration.ofMillis(100), Duration.ofSeconds(5));

  /** How often a file is sent that the host has taken and does not have. */
  private static final int UPLOADS = 3;

  /** The longest that a host may take from its answer to an upload until its status shows it. */
  private static final Duration UPLOAD_SHOWS_WITHIN = Duration.ofSeconds(30);

  /** The video's file has been taken by the host, which does not have it. */
  private static final class LostUpload extends IOException {
    private static final long serialVersionUID = 1L;

    LostUpload(String message) {
      super(message);
    }
  }

  /** What rows say of where a video is hosted. */
  public String hostName() {
    return host.name();
  }

  /** The video to be, of this publisher's host. */
  public Creation creation(String collection, String title, Claims.Claim claim) {
    return new Creation(hostName(), collection, title, claim.renderId(), claim.planId());
  }

  /**
   * Publishes a file or a composition and returns the host's id when the video can be played.
   *
   * @param length what the host must say of it
   * @throws VideoHostException.Unavailable when the host is unavailable for longer than {@link
   *     #retrier} tries
   * @throws InterruptedIOException when interrupted
   * @throws IOException with the reason when the host does not take it, cannot process it, has
   *     another length, or does not make it playable in time
   */
  public String publish(VideoHost.Content content, Creation video, ExpectedLength length)
      throws IOException {
    for (int upload = 1; ; upload++) {
      String id =
          retrier.run(() -> host.publish(content, video.title(), video.collection(), of(video)));
      try {
        length.check(awaitPlayable(id, video.title(), true, length).length());
        return id;
      } catch (LostUpload e) {
        if (upload == UPLOADS) {
          throw e;
        }
        LOG.warn("{}; uploading it again", e.getMessage());
      }
    }
  }

  private VideoHost.Journal of(Creation video) {
    return new VideoHost.Journal() {
      @Override
      public void creating() {
        created.creating(video);
      }

      @Override
      public void created(String hostedId) {
        created.created(video, hostedId);
      }
    };
  }

  /** Waits until a video that is at the host can be played; as {@link #publish}. */
  public HostedStatus.Playable awaitPlayable(String id) throws IOException {
    return awaitPlayable(id, id, false, ExpectedLength.ANY);
  }

  private HostedStatus.Playable awaitPlayable(
      String id, String title, boolean uploaded, ExpectedLength length) throws IOException {
    RetryDelays polls = RetryDelays.begin(POLLS.within(playableWithin));
    Duration uploadShowsWithin = min(UPLOAD_SHOWS_WITHIN, playableWithin.dividedBy(4));
    try (HostWaits.Wait wait = waits.begin(title, playableWithin)) {
      while (true) {
        HostedStatus status = retrier.run(() -> host.status(id));
        if (status instanceof HostedStatus.Playable playable && length.isKnown(playable.length())) {
          return playable;
        }
        if (status instanceof HostedStatus.Failed failed) {
          throw new IOException("the video host could not process it: " + failed.reason());
        }
        if (status instanceof HostedStatus.Gone) {
          throw new IOException("the video host has no video " + id);
        }
        if (uploaded
            && status instanceof HostedStatus.AwaitingUpload
            && polls.elapsed().compareTo(uploadShowsWithin) > 0) {
          throw new LostUpload(
              "the video host confirmed the upload of " + title + " and does not have its file");
        }
        wait.is(status);
        if (!polls.pause("the video host was working")) {
          throw new IOException(
              "the video host did not make it playable within %d s; its last status: %s"
                  .formatted(playableWithin.toSeconds(), status));
        }
      }
    }
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }

  /**
   * Removes a video that is not going to be recorded; there may be none. Does not fail: what cannot
   * be removed now is noted, and removed by the next process that renders. To be called while the
   * claim is held.
   */
  public void giveUp(Creation video) {
    if (Thread.currentThread().isInterrupted()) {
      // The step is being cancelled, and its next attempt finds the video by its title.
      return;
    }
    try {
      Optional<String> left = created.giveUp(video);
      if (left.isPresent()) {
        host.delete(left.get());
        replaced.deleted(video.host(), left.get());
      }
    } catch (VideoHostException | DatabaseUnavailableException e) {
      LOG.warn(
          "the video {} is still at the host and is removed later: {}",
          video.title(),
          e.getMessage());
    }
  }
}
