package dev.kinebeam.gateway.render;

import java.net.URI;

/**
 * Where players fetch a hosted video now. Addresses are made when they are asked for: hosts change
 * names, and signatures run out.
 */
@FunctionalInterface
public interface PlaybackAddress {
  /** The HLS address of the video with this id at the host. */
  URI of(String host, String hostVideoId);
}
