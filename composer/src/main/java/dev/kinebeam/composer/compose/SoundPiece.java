package dev.kinebeam.composer.compose;

import dev.kinebeam.composer.libav.AacEncoder;
import java.util.ArrayList;
import java.util.List;

/**
 * Packets of a sound track that are encoded by themselves. Packet <i>n</i> overlaps the blocks
 * <i>n−1</i> and <i>n</i> of {@value AacEncoder#BLOCK} samples; a track of <i>k</i> blocks has
 * <i>k+1</i> packets.
 *
 * @param first packet
 * @param end the packet after the last
 */
record SoundPiece(int first, int end) {
  /**
   * Blocks that an encoder hears before the first packet that is kept: after these it weighs
   * transients as one that has heard everything, and so shapes the window that the packet before,
   * made by another encoder, overlaps with.
   */
  static final int LEAD_IN = 6;

  /** Blocks that an encoder hears after the last packet: it looks one ahead; one is to spare. */
  static final int LOOKAHEAD = 2;

  /** What a piece should have; about 5.5 s. */
  private static final int USUAL_PACKETS = 256;

  /**
   * A take with fewer packets of its own than this is not cached as a piece: that would cost more
   * than it saves.
   */
  private static final int MIN_PACKETS = 16;

  /** The first block that the packets depend on. */
  int firstBlock() {
    return Math.max(0, first - LEAD_IN);
  }

  /** The block after the last that the packets depend on. */
  int endBlock(int blocks) {
    return Math.min(blocks, end + LOOKAHEAD);
  }

  int packets() {
    return end - first;
  }

  static int blocks(long samples) {
    return Math.toIntExact((samples + AacEncoder.BLOCK - 1) / AacEncoder.BLOCK);
  }

  /**
   * Cuts a track: the inside of each take depends on nothing but that take and can be kept for
   * other renders; between two insides lies a short piece around their joint. A function of the
   * joints alone.
   *
   * @param joints the samples on which the takes begin, ascending, the first 0
   * @param samples length of the track, 1 or more
   * @return pieces that follow one another without gap or overlap
   */
  static List<SoundPiece> cut(List<Long> joints, long samples) {
    int packets = blocks(samples) + 1;
    List<SoundPiece> pieces = new ArrayList<>();
    int done = 0;
    for (int take = 0; take < joints.size(); take++) {
      boolean last = take + 1 == joints.size();
      long begin = joints.get(take);
      long end = last ? samples : joints.get(take + 1);
      int first = begin == 0 ? 0 : blocks(begin) + LEAD_IN;
      int after = last ? packets : (int) (end / AacEncoder.BLOCK) - LOOKAHEAD;
      if (after - first >= MIN_PACKETS) {
        if (first > done) {
          pieces.add(new SoundPiece(done, first));
        }
        addEvenly(first, after, pieces);
        done = after;
      }
    }
    if (done < packets) {
      pieces.add(new SoundPiece(done, packets));
    }
    return pieces;
  }

  private static void addEvenly(int first, int end, List<SoundPiece> pieces) {
    int count = Math.max(1, Math.round((end - first) / (float) USUAL_PACKETS));
    for (int i = 0; i < count; i++) {
      pieces.add(
          new SoundPiece(
              first + (int) ((long) (end - first) * i / count),
              first + (int) ((long) (end - first) * (i + 1) / count)));
    }
  }
}
