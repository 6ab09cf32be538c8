package dev.kinebeam.render.hosting;

import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHostException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;

/**
 * Hands videos to a host and waits until they can be played. Done again after a crash it leaves one
 * video. Thread-safe.
 */
public final class Publisher {
  private static final long FIRST_LOOK_MS = 100;
  private static final long LONGEST_WAIT_MS = 5_000;

  private final VideoHost host;
  private final Duration playableWithin;
  private final Healing healing;

  public Publisher(VideoHost host, Duration playableWithin, Healing healing) {
    this.host = host;
    this.playableWithin = playableWithin;
    this.healing = healing;
  }

  /**
   * Publishes a file and returns the host's id when the video can be played.
   *
   * @param title unique within the collection
   * @throws VideoHostException.Unavailable when the host is away for longer than patience
   * @throws InterruptedIOException when interrupted
   * @throws IOException with the reason when the host does not take it, cannot process it, or does
   *     not make it playable in time
   */
  public String publish(Path file, String title, String collection) throws IOException {
    String id = healing.run(() -> host.publish(file, title, collection));
    awaitPlayable(id);
    return id;
  }

  /** Waits until a video that is at the host can be played; as {@link #publish}. */
  public HostedStatus.Playable awaitPlayable(String id) throws IOException {
    Looks looks = new Looks(playableWithin, FIRST_LOOK_MS, LONGEST_WAIT_MS);
    while (true) {
      HostedStatus status = healing.run(() -> host.status(id));
      if (status instanceof HostedStatus.Playable playable) {
        return playable;
      }
      if (status instanceof HostedStatus.Failed failed) {
        throw new IOException("the video host could not process it: " + failed.reason());
      }
      if (status instanceof HostedStatus.Gone) {
        throw new IOException("the video host has no video " + id);
      }
      if (looks.areOver()) {
        throw new IOException(
            "the video host did not make it playable within " + playableWithin.toSeconds() + " s");
      }
      looks.pause("the video host was working");
    }
  }
}
