package dev.kinebeam.composer.mezzanine;

import dev.kinebeam.schemas.render.Composition;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Raw sound on disk, 48 kHz stereo 16 bit, mapped and so never on the heap. It stays readable when
 * the file is deleted. Thread-safe.
 */
public final class PcmClip {
  private static final int BYTES_PER_SAMPLE = 4;
  private final Path entry;
  private final ShortBuffer interleaved;
  private final int samples;

  private PcmClip(Path entry, ShortBuffer interleaved, int samples) {
    this.entry = entry;
    this.interleaved = interleaved;
    this.samples = samples;
  }

  /** Opens the sound of a cache entry, {@code …/VERSION/SHA256_OF_SOURCE/file}. */
  static PcmClip open(Path file) throws IOException {
    Path entry = file.toAbsolutePath().getParent();
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size == 0 || size % BYTES_PER_SAMPLE != 0 || size > Integer.MAX_VALUE) {
        throw new BrokenMezzanine(file.getFileName() + " holds " + size + " bytes");
      }
      ShortBuffer shorts =
          channel.map(MapMode.READ_ONLY, 0, size).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
      return new PcmClip(entry, shorts, (int) (size / BYTES_PER_SAMPLE));
    }
  }

  /** Names the content: how it was made, and the SHA-256 of what it was made of. */
  public String id() {
    return entry.getParent().getFileName() + "/" + entry.getFileName();
  }

  /**
   * What it is, for a composition.
   *
   * @param name of its primitive in the bundle
   */
  public Composition.Mezzanine describe(String name) throws IOException {
    return EntryIndex.identity(name, entry);
  }

  /** Samples per channel. */
  public int samples() {
    return samples;
  }

  /** Copies {@code count} samples from {@code from} on as left, right, left, … */
  public void read(int from, short[] target, int count) {
    interleaved.get(2 * from, target, 0, 2 * count);
  }
}
