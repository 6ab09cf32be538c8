package dev.kinebeam.composer.compose;

import java.util.ArrayList;
import java.util.List;

/** One track of a movie: its samples, and the chunks of the file that they lie in. */
final class MovieTrack {
  /** Samples that lie together, {@code offset} counted from the first chunk of the file. */
  record Chunk(long offset, int samples) {}

  /** {@code vide} or {@code soun}. */
  final String handler;

  /** The {@code stsd} box. */
  final byte[] sampleEntry;

  /** Ticks per second. */
  final int timescale;

  /** How long every sample lasts. */
  final int sampleTicks;

  /** How much of the track's beginning is not presented. */
  final int skipTicks;

  final int[] sizes;

  /** In ticks; null where each sample is presented when it is decoded. */
  final int[] presentationOffsets;

  /** Numbers from 1 of the samples that decoding may begin at; null for all. */
  final int[] keys;

  /** In the order of the file. */
  final List<Chunk> chunks = new ArrayList<>();

  MovieTrack(
      String handler,
      byte[] sampleEntry,
      int timescale,
      int sampleTicks,
      int skipTicks,
      int[] sizes,
      int[] presentationOffsets,
      int[] keys) {
    this.handler = handler;
    this.sampleEntry = sampleEntry;
    this.timescale = timescale;
    this.sampleTicks = sampleTicks;
    this.skipTicks = skipTicks;
    this.sizes = sizes;
    this.presentationOffsets = presentationOffsets;
    this.keys = keys;
  }
}
