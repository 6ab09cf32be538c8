package dev.kinebeam.composer.hls;

import static dev.kinebeam.composer.compose.BoxWriter.box;
import static dev.kinebeam.composer.compose.BoxWriter.int32s;

import dev.kinebeam.composer.compose.BoxWriter;
import java.nio.ByteBuffer;

/**
 * What stands before the samples of a media segment: {@code moof} and the header of {@code mdat}
 * (ISO/IEC 14496-12, 8.8). It is a few hundred bytes and the only thing in a segment that knows
 * when in the render it plays, which is why the samples can be shared.
 */
final class Fragment {
  private static final int TRACK = 1;
  private static final int BOX_HEADER = 8;

  /** {@code tfhd}: base is the {@code moof}; default duration; default flags. */
  private static final int HEADER_FLAGS = 0x020028;

  /** {@code trun}: data offset, and for each sample its size. */
  private static final int SIZES = 0x000201;

  /** {@code trun}: and for each sample its flags and its offset. */
  private static final int SIZES_FLAGS_OFFSETS = 0x000e01;

  /** Depends on no other sample; is one to start at. */
  private static final int KEY = 0x02000000;

  /** Depends on others; is none to start at. */
  private static final int DELTA = 0x01010000;

  private Fragment() {}

  /** Of samples that are shown when they are decoded, each one to start at. */
  static byte[] head(int sequence, long decodeTime, int sampleTicks, int[] sizes) {
    ByteBuffer entries = ByteBuffer.allocate(sizes.length * Integer.BYTES);
    entries.asIntBuffer().put(sizes);
    return head(sequence, decodeTime, sampleTicks, SIZES, sizes, entries.array());
  }

  /**
   * Of pictures that begin with a key frame and have no other.
   *
   * @param offsets from decoding to presentation, 0 or more
   */
  static byte[] head(int sequence, long decodeTime, int sampleTicks, int[] sizes, int[] offsets) {
    BoxWriter entries = new BoxWriter();
    for (int i = 0; i < sizes.length; i++) {
      entries.int32(sizes[i]).int32(i == 0 ? KEY : DELTA).int32(offsets[i]);
    }
    return head(sequence, decodeTime, sampleTicks, SIZES_FLAGS_OFFSETS, sizes, entries.toBytes());
  }

  private static byte[] head(
      int sequence, long decodeTime, int sampleTicks, int flags, int[] sizes, byte[] entries) {
    long media = 0;
    for (int size : sizes) {
      media += size;
    }
    int moofBytes = moof(sequence, decodeTime, sampleTicks, flags, sizes.length, 0, entries).length;
    int dataOffset = moofBytes + BOX_HEADER;
    return new BoxWriter()
        .bytes(moof(sequence, decodeTime, sampleTicks, flags, sizes.length, dataOffset, entries))
        .int32(media + BOX_HEADER)
        .ascii("mdat")
        .toBytes();
  }

  private static byte[] moof(
      int sequence,
      long decodeTime,
      int sampleTicks,
      int flags,
      int samples,
      int dataOffset,
      byte[] entries) {
    return box(
        "moof",
        box("mfhd", int32s(0, sequence)),
        box(
            "traf",
            box("tfhd", int32s(HEADER_FLAGS, TRACK, sampleTicks, KEY)),
            box("tfdt", int32s(0x01000000, decodeTime >>> 32, decodeTime)),
            box("trun", int32s(flags, samples, dataOffset), entries)));
  }
}
