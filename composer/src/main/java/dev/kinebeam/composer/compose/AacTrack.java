package dev.kinebeam.composer.compose;

import dev.kinebeam.composer.libav.AacEncoder;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.DoubleConsumer;

/** All packets of a sound track. They wait in a file, so that a track's length costs no memory. */
final class AacTrack {
  /** Samples that the encoder puts before the first one, for a player to drop. */
  static final int PRIMING = AacEncoder.BLOCK;

  private final FileChannel channel;
  private final int[] sizes;
  private byte[] config;

  private AacTrack(FileChannel channel, int packets) {
    this.channel = channel;
    this.sizes = new int[packets];
  }

  /**
   * Fetches or encodes all of it; an interrupt ends the work.
   *
   * @param channel takes the packets; it must stay open while the track is used
   * @param progress receives the fraction done, from 0 to 1
   */
  static AacTrack gather(PiecedSound sound, FileChannel channel, DoubleConsumer progress)
      throws IOException {
    AacTrack track = new AacTrack(channel, sound.packets());
    boolean encoded = false;
    for (int i = 0; i < sound.pieces().size(); i++) {
      if (Thread.interrupted()) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("cancelled while gathering the sound");
      }
      encoded |= track.add(sound, i, progress);
    }
    if (encoded) {
      sound.keepWithinBounds();
    }
    return track;
  }

  /** Returns whether the piece had to be encoded. */
  private boolean add(PiecedSound sound, int number, DoubleConsumer progress) throws IOException {
    SoundPiece place = sound.pieces().get(number);
    AtomicBoolean encoded = new AtomicBoolean();
    EncodedPiece piece =
        sound.piece(
            number,
            blocks -> {
              encoded.set(true);
              progress.accept(Math.min(1, (place.first() + blocks) / (double) sizes.length));
            });
    config = piece.config();
    System.arraycopy(piece.sizes(), 0, sizes, place.first(), place.packets());
    ByteBuffer packets = ByteBuffer.wrap(piece.packets());
    while (packets.hasRemaining()) {
      channel.write(packets);
    }
    progress.accept(place.end() / (double) sizes.length);
    return encoded.get();
  }

  byte[] config() {
    return config;
  }

  int packets() {
    return sizes.length;
  }

  int size(int packet) {
    return sizes[packet];
  }

  /** Copies bytes of the packets, counted from the first one's, to where {@code target} stands. */
  void copyTo(FileChannel target, long from, long length) throws IOException {
    long copied = 0;
    while (copied < length) {
      long now = channel.transferTo(from + copied, length - copied, target);
      if (now <= 0) {
        throw new IOException("the sound became shorter while it was copied");
      }
      copied += now;
    }
  }
}
