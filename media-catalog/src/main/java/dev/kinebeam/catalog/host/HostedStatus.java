package dev.kinebeam.catalog.host;

import java.time.Duration;
import java.util.Optional;

/** How far a hosted video is. */
public sealed interface HostedStatus {
  /** The host knows of the video, but its file has not arrived. */
  record AwaitingUpload() implements HostedStatus {}

  /**
   * The file has arrived and is being made playable.
   *
   * @param percent done, 0 to 100
   * @param length where the host has measured the file already
   */
  record Processing(int percent, Optional<Duration> length) implements HostedStatus {}

  /**
   * Players can play it.
   *
   * @param length of the video, as precisely as the host reports it: in whole seconds at some
   */
  record Playable(Duration length, int width, int height) implements HostedStatus {}

  /**
   * The host could not make it playable, and will not try again by itself.
   *
   * @param reason for people; begins with the host's code where there is one
   */
  record Failed(String reason, Remedy remedy) implements HostedStatus {
    /** Whether another attempt with the same content may succeed. */
    public boolean isRetryable() {
      return remedy != Remedy.NONE;
    }
  }

  /** What may help after a failure. */
  enum Remedy {
    /** The host refuses this content. */
    NONE,
    /** Publishing the same content again. */
    PUBLISH_AGAIN,
    /**
     * The host could not fetch the file from its address. Publishing again may help; publishing it
     * as {@link VideoHost.Content.OfFile} does not depend on the address.
     */
    SEND_FILE
  }

  /** The host knows no such video. */
  record Gone() implements HostedStatus {}

  /** Whether this will not change any more by itself. */
  default boolean isFinal() {
    return this instanceof Playable || this instanceof Failed || this instanceof Gone;
  }
}
