package dev.kinebeam.catalog.host;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;

/**
 * Where players fetch a video.
 *
 * @param hls address of the HLS master playlist
 * @param thumbnail address of a still picture, where the host has one
 * @param expires until when the addresses work, in whole seconds; empty = always
 */
public record Playback(URI hls, Optional<URI> thumbnail, Optional<Instant> expires) {}
