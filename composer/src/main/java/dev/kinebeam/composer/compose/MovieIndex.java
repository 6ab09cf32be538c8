package dev.kinebeam.composer.compose;

import static dev.kinebeam.composer.compose.BoxWriter.box;
import static dev.kinebeam.composer.compose.BoxWriter.int32s;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the {@code moov} box of a file with one picture and one sound track. Times are whole
 * numbers throughout: the movie counts in samples (1/48000 s), the picture in 1/15360 s, so nothing
 * is rounded. Each track has one edit, which takes off the reorder delay or the priming.
 */
final class MovieIndex {
  private static final int MOVIE_TIMESCALE = 48_000;
  private static final long[] UNITY_MATRIX = {0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000};
  private static final int LANGUAGE_UNDETERMINED = 0x55c4;

  private final long durationSamples;
  private final boolean wideOffsets;

  /**
   * @param durationSamples of the presentation, in 1/48000 s
   * @param wideOffsets whether chunks may lie beyond 4 GB
   */
  MovieIndex(long durationSamples, boolean wideOffsets) {
    this.durationSamples = durationSamples;
    this.wideOffsets = wideOffsets;
  }

  /** The box, with chunk offsets counted from {@code base}; its size does not depend on that. */
  byte[] moov(MovieTrack video, MovieTrack audio, long base) {
    byte[] header =
        box(
            "mvhd",
            int32s(0, 0, 0, MOVIE_TIMESCALE, durationSamples, 0x10000, 0x01000000, 0, 0),
            int32s(UNITY_MATRIX),
            int32s(0, 0, 0, 0, 0, 0, 3));
    return box("moov", header, trak(1, video, base), trak(2, audio, base));
  }

  private byte[] trak(int id, MovieTrack track, long base) {
    boolean picture = track.handler.equals("vide");
    ByteBuffer entry = ByteBuffer.wrap(track.sampleEntry);
    // Width and height stand at bytes 24 and 26 of the visual sample entry's fields.
    int width = picture ? entry.getShort(16 + 8 + 24) : 0;
    int height = picture ? entry.getShort(16 + 8 + 26) : 0;
    int volume = picture ? 0 : 0x0100;
    long ticks = (long) track.sizes.length * track.sampleTicks;
    return box(
        "trak",
        box(
            "tkhd",
            int32s(3, 0, 0, id, 0, durationSamples, 0, 0, 0, (long) volume << 16),
            int32s(UNITY_MATRIX),
            int32s((long) width << 16, (long) height << 16)),
        box("edts", box("elst", int32s(0, 1, durationSamples, track.skipTicks, 0x10000))),
        box(
            "mdia",
            box(
                "mdhd",
                int32s(0, 0, 0, track.timescale, ticks, (long) LANGUAGE_UNDETERMINED << 16)),
            box(
                "hdlr",
                new BoxWriter()
                    .int32(0)
                    .int32(0)
                    .ascii(track.handler)
                    .int32(0)
                    .int32(0)
                    .int32(0)
                    .int8(0)
                    .toBytes()),
            box(
                "minf",
                picture ? box("vmhd", int32s(1, 0, 0)) : box("smhd", int32s(0, 0)),
                box("dinf", box("dref", int32s(0, 1), box("url ", int32s(1)))),
                stbl(track, base))));
  }

  private byte[] stbl(MovieTrack track, long base) {
    List<byte[]> boxes = new ArrayList<>();
    boxes.add(track.sampleEntry);
    boxes.add(box("stts", int32s(0, 1, track.sizes.length, track.sampleTicks)));
    if (track.keys != null) {
      boxes.add(box("stss", int32s(0, track.keys.length), numbers(track.keys)));
    }
    if (track.presentationOffsets != null) {
      boxes.add(ctts(track.presentationOffsets));
    }
    boxes.add(stsc(track.chunks));
    boxes.add(box("stsz", int32s(0, 0, track.sizes.length), numbers(track.sizes)));
    boxes.add(chunkOffsets(track.chunks, base));
    return box("stbl", boxes.toArray(byte[][]::new));
  }

  private static byte[] ctts(int[] offsets) {
    BoxWriter runs = new BoxWriter();
    int count = 0;
    int i = 0;
    while (i < offsets.length) {
      int end = i;
      while (end < offsets.length && offsets[end] == offsets[i]) {
        end++;
      }
      runs.int32(end - i).int32(offsets[i]);
      count++;
      i = end;
    }
    return box("ctts", int32s(0, count), runs.toBytes());
  }

  private static byte[] stsc(List<MovieTrack.Chunk> chunks) {
    BoxWriter runs = new BoxWriter();
    int count = 0;
    int before = -1;
    for (int i = 0; i < chunks.size(); i++) {
      int samples = chunks.get(i).samples();
      if (samples != before) {
        runs.int32(i + 1).int32(samples).int32(1);
        count++;
        before = samples;
      }
    }
    return box("stsc", int32s(0, count), runs.toBytes());
  }

  private byte[] chunkOffsets(List<MovieTrack.Chunk> chunks, long base) {
    BoxWriter offsets = new BoxWriter();
    for (MovieTrack.Chunk chunk : chunks) {
      if (wideOffsets) {
        offsets.int64(base + chunk.offset());
      } else {
        offsets.int32(base + chunk.offset());
      }
    }
    return box(wideOffsets ? "co64" : "stco", int32s(0, chunks.size()), offsets.toBytes());
  }

  private static byte[] numbers(int[] values) {
    ByteBuffer bytes = ByteBuffer.allocate(values.length * Integer.BYTES);
    bytes.asIntBuffer().put(values);
    return bytes.array();
  }
}
