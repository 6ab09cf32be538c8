package dev.kinebeam.catalog.host;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * Where players fetch a video.
 *
 * @param hls address of the HLS master playlist
 * @param thumbnail address of a still picture, where the host has one
 * @param expires until when the addresses work, in whole seconds; empty = always
 */
public record Playback(URI hls, Optional<URI> thumbnail, Optional<Instant> expires) {
  /** A player that was suspended or offline at the moment of renewal still has this long. */
  private static final Duration RENEWED_BEFORE = Duration.ofMinutes(10);

  /** When a player asks for the next address, so that playback is not interrupted. */
  public Optional<Instant> renewAt() {
    return expires.map(end -> end.minus(RENEWED_BEFORE));
  }
}
