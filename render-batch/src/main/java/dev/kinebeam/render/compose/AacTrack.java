package dev.kinebeam.render.compose;

import dev.kinebeam.render.libav.AacEncoder;
import dev.kinebeam.render.libav.MediaException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.function.DoubleConsumer;

/**
 * A sound track encoded as one continuous AAC timeline, so that no joint of the picture is one of
 * the sound. 24 kB for each second, held in memory.
 */
final class AacTrack {
  static final int BIT_RATE = 192_000;

  /** Samples that the encoder puts before the first one, for a player to drop. */
  static final int PRIMING = AacEncoder.BLOCK;

  private final byte[] config;
  private final PacketBuffer bytes = new PacketBuffer();
  private int[] sizes = new int[1024];
  private int packets;

  private static final class PacketBuffer extends ByteArrayOutputStream {
    void copyTo(OutputStream out, int from, int length) throws IOException {
      out.write(buf, from, length);
    }
  }

  private AacTrack(byte[] config) {
    this.config = config;
  }

  /** Encodes all of it; an interrupt ends the work. {@code progress} is told parts of 1. */
  static AacTrack encode(SoundTrack sound, DoubleConsumer progress) throws IOException {
    try (AacEncoder encoder = new AacEncoder(BIT_RATE)) {
      AacTrack track = new AacTrack(encoder.audioSpecificConfig());
      float[] left = new float[AacEncoder.BLOCK];
      float[] right = new float[AacEncoder.BLOCK];
      long blocks = (sound.samples() + AacEncoder.BLOCK - 1) / AacEncoder.BLOCK;
      for (long block = 0; block < blocks; block++) {
        if (Thread.interrupted()) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("cancelled while encoding the sound");
        }
        sound.mix(block * AacEncoder.BLOCK, left, right);
        encoder.encode(left, right, track::append);
        progress.accept((block + 1) / (double) blocks);
      }
      encoder.finish(track::append);
      if (track.packets != blocks + 1) {
        throw new MediaException(
            "the AAC encoder gave " + track.packets + " packets for " + blocks + " blocks");
      }
      return track;
    }
  }

  private void append(byte[] packet) {
    if (packets == sizes.length) {
      sizes = Arrays.copyOf(sizes, 2 * packets);
    }
    sizes[packets++] = packet.length;
    bytes.writeBytes(packet);
  }

  byte[] config() {
    return config;
  }

  int packets() {
    return packets;
  }

  int size(int packet) {
    return sizes[packet];
  }

  /** Writes bytes of the packets, counted from the first one's. */
  void copyTo(OutputStream out, int from, int length) throws IOException {
    bytes.copyTo(out, from, length);
  }
}
