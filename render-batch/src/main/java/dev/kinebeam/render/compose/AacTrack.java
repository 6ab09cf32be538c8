package dev.kinebeam.render.compose;

import dev.kinebeam.render.libav.AacEncoder;
import dev.kinebeam.render.libav.MediaException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;

/**
 * A sound track encoded as one continuous AAC timeline, so that no joint of the picture is one of
 * the sound. Its packets wait in a file, which goes when the track is closed.
 */
final class AacTrack implements AutoCloseable {
  static final int BIT_RATE = 192_000;

  /** Samples that the encoder puts before the first one, for a player to drop. */
  static final int PRIMING = AacEncoder.BLOCK;

  private static final int WRITE_BUFFER = 1 << 16;

  private final Path file;
  private final byte[] config;
  private int[] sizes = new int[1024];
  private int packets;
  private FileChannel channel;

  private AacTrack(Path file, byte[] config) {
    this.file = file;
    this.config = config;
  }

  /**
   * Encodes all of it; an interrupt ends the work.
   *
   * @param file to be made, and deleted again whatever happens
   * @param progress is told parts of 1
   */
  static AacTrack encode(SoundTrack sound, Path file, DoubleConsumer progress) throws IOException {
    try (AacEncoder encoder = new AacEncoder(BIT_RATE)) {
      AacTrack track = new AacTrack(file, encoder.audioSpecificConfig());
      try {
        track.fill(encoder, sound, progress);
        track.channel = FileChannel.open(file, StandardOpenOption.READ);
        return track;
      } catch (UncheckedIOException e) {
        track.close();
        throw e.getCause();
      } catch (IOException | RuntimeException e) {
        track.close();
        throw e;
      }
    }
  }

  private void fill(AacEncoder encoder, SoundTrack sound, DoubleConsumer progress)
      throws IOException {
    float[] left = new float[AacEncoder.BLOCK];
    float[] right = new float[AacEncoder.BLOCK];
    long blocks = (sound.samples() + AacEncoder.BLOCK - 1) / AacEncoder.BLOCK;
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), WRITE_BUFFER)) {
      Consumer<byte[]> sink = packet -> append(packet, out);
      for (long block = 0; block < blocks; block++) {
        if (Thread.interrupted()) {
          Thread.currentThread().interrupt();
          throw new InterruptedIOException("cancelled while encoding the sound");
        }
        sound.mix(block * AacEncoder.BLOCK, left, right);
        encoder.encode(left, right, sink);
        progress.accept((block + 1) / (double) blocks);
      }
      encoder.finish(sink);
    }
    if (packets != blocks + 1) {
      throw new MediaException(
          "the AAC encoder gave " + packets + " packets for " + blocks + " blocks");
    }
  }

  private void append(byte[] packet, OutputStream out) {
    if (packets == sizes.length) {
      sizes = Arrays.copyOf(sizes, 2 * packets);
    }
    sizes[packets++] = packet.length;
    try {
      out.write(packet);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  /** Copies bytes of the packets, counted from the first one's, to where {@code target} stands. */
  void copyTo(FileChannel target, long from, long length) throws IOException {
    long copied = 0;
    while (copied < length) {
      copied += channel.transferTo(from + copied, length - copied, target);
    }
  }

  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
    Files.deleteIfExists(file);
  }
}
