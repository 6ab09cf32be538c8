package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.composer.libav.VideoFormat;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Where each frame of a mezzanine's MP4 lies and when it is shown, read without a codec and checked
 * for all that copying relies on. Frames are counted in decoding order.
 */
final class SampleTable {
  private final byte[] sampleEntry;
  private final int[] sizes;
  private final int[] presentationOffsets;
  private final BitSet keys;
  private final long dataStart;

  private SampleTable(
      byte[] sampleEntry, int[] sizes, int[] presentationOffsets, BitSet keys, long dataStart) {
    this.sampleEntry = sampleEntry;
    this.sizes = sizes;
    this.presentationOffsets = presentationOffsets;
    this.keys = keys;
    this.dataStart = dataStart;
  }

  static SampleTable read(FileChannel file) throws IOException {
    Mp4Box moov = Mp4Index.moov(file);
    Mp4Box stbl = moov.need("trak", "mdia", "minf", "stbl");
    Mp4Box mdhd = moov.need("trak", "mdia", "mdhd");
    int timescale = mdhd.intAt(mdhd.bytes().get(8) == 0 ? 20 : 28);
    Mp4Box stts = stbl.need("stts");
    if (timescale != VideoFormat.TIMESCALE
        || stts.intAt(12) != 1
        || stts.intAt(20) != VideoFormat.TICKS_PER_FRAME) {
      throw new BrokenMezzanine("it is not of constant frame rate 30 in 1/15360 s");
    }
    int[] sizes = sizes(stbl.need("stsz"));
    int frames = sizes.length;
    if (frames == 0 || stts.intAt(16) != frames) {
      throw new BrokenMezzanine("its sample table has " + frames + " sizes");
    }
    int[] offsets = presentationOffsets(stbl.find("ctts"), frames);
    BitSet keys = keys(stbl.find("stss"), frames);
    long start = contiguousStart(stbl, sizes);
    long bytes = Arrays.stream(sizes).asLongStream().sum();
    if (start + bytes > file.size()) {
      throw new BrokenMezzanine("it ends before its last frame");
    }
    SampleTable table = new SampleTable(stbl.need("stsd").copy(), sizes, offsets, keys, start);
    table.checkOrder();
    return table;
  }

  int frames() {
    return sizes.length;
  }

  /** The {@code stsd} box: codec, size, SPS and PPS. */
  byte[] sampleEntry() {
    return sampleEntry.clone();
  }

  /** Bytes of a frame. */
  int size(int frame) {
    return sizes[frame];
  }

  /** From decoding to presentation, in ticks. */
  int presentationOffset(int frame) {
    return presentationOffsets[frame];
  }

  /** Whether a frame is an IDR picture. */
  boolean isKey(int frame) {
    return keys.get(frame);
  }

  /** Where the first frame lies; the others follow without gap. */
  long dataStart() {
    return dataStart;
  }

  /** Frames by which presentation runs behind decoding. */
  int delay() {
    return presentationOffsets[0] / VideoFormat.TICKS_PER_FRAME;
  }

  private void checkOrder() throws BrokenMezzanine {
    if (!keys.get(0)) {
      throw new BrokenMezzanine("it does not begin with an IDR picture");
    }
    int delay = delay();
    BitSet shown = new BitSet();
    int lastKey = 0;
    for (int i = 0; i < sizes.length; i++) {
      lastKey = keys.get(i) ? i : lastKey;
      int offset = presentationOffsets[i];
      int place = i + offset / VideoFormat.TICKS_PER_FRAME - delay;
      if (offset % VideoFormat.TICKS_PER_FRAME != 0
          || place < 0
          || place >= sizes.length
          || shown.get(place)) {
        throw new BrokenMezzanine("frame " + i + " is not shown in a place of its own");
      }
      // A group of frames is closed when none of it is shown before its IDR picture.
      if (place < lastKey) {
        throw new BrokenMezzanine("the group of frame " + i + " is open");
      }
      shown.set(place);
    }
  }

  private static int[] sizes(Mp4Box stsz) {
    int[] sizes = new int[stsz.intAt(16)];
    int common = stsz.intAt(12);
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = common != 0 ? common : stsz.intAt(20 + 4 * i);
    }
    return sizes;
  }

  private static BitSet keys(Mp4Box stss, int frames) {
    BitSet keys = new BitSet(frames);
    if (stss == null) {
      keys.set(0, frames);
      return keys;
    }
    for (int i = 0; i < stss.intAt(12); i++) {
      keys.set(stss.intAt(16 + 4 * i) - 1);
    }
    return keys;
  }

  private static int[] presentationOffsets(Mp4Box ctts, int frames) throws BrokenMezzanine {
    int[] offsets = new int[frames];
    if (ctts == null) {
      return offsets;
    }
    int at = 0;
    for (int i = 0; i < ctts.intAt(12); i++) {
      int run = ctts.intAt(16 + 8 * i);
      if (run < 0 || run > frames - at) {
        throw new BrokenMezzanine("its presentation times do not add up");
      }
      Arrays.fill(offsets, at, at + run, ctts.intAt(20 + 8 * i));
      at += run;
    }
    return offsets;
  }

  /** Walks chunks to prove that every frame follows the one before it, so one range holds all. */
  private static long contiguousStart(Mp4Box stbl, int[] sizes) throws BrokenMezzanine {
    Mp4Box stsc = stbl.need("stsc");
    Mp4Box stco = stbl.find("stco");
    Mp4Box chunks = stco != null ? stco : stbl.need("co64");
    long start = -1;
    long expected = -1;
    int sample = 0;
    int entry = 0;
    for (int chunk = 0; chunk < chunks.intAt(12); chunk++) {
      while (entry + 1 < stsc.intAt(12) && stsc.intAt(16 + 12 * (entry + 1)) <= chunk + 1) {
        entry++;
      }
      long offset =
          stco != null
              ? Integer.toUnsignedLong(stco.intAt(16 + 4 * chunk))
              : chunks.bytes().getLong(16 + 8 * chunk);
      if (start < 0) {
        start = offset;
      } else if (offset != expected) {
        throw new BrokenMezzanine("its frames do not follow one another");
      }
      expected = offset;
      for (int i = 0; i < stsc.intAt(20 + 12 * entry) && sample < sizes.length; i++) {
        expected += sizes[sample++];
      }
    }
    if (sample != sizes.length) {
      throw new BrokenMezzanine("its chunks hold " + sample + " of " + sizes.length + " frames");
    }
    return start;
  }
}
