package dev.kinebeam.catalog.host;

import java.time.Duration;

/** How far a hosted video is. */
public sealed interface HostedStatus {
  /** The host knows of the video, but its file has not arrived. */
  record AwaitingUpload() implements HostedStatus {}

  /**
   * The file has arrived and is being made playable.
   *
   * @param percent done, 0 to 100
   */
  record Processing(int percent) implements HostedStatus {}

  /**
   * Players can play it.
   *
   * @param length of the video, in whole seconds
   */
  record Playable(Duration length, int width, int height) implements HostedStatus {}

  /** The host could not make it playable, and will not try again. */
  record Failed(String reason) implements HostedStatus {}

  /** The host knows no such video. */
  record Gone() implements HostedStatus {}

  /** Whether this will not change any more by itself. */
  default boolean isFinal() {
    return this instanceof Playable || this instanceof Failed || this instanceof Gone;
  }
}
