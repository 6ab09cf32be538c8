package dev.kinebeam.composer.libav;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/** Raw stereo sound in the making, which knows what to leave out and where to stop. */
final class PcmFile implements AutoCloseable {
  private static final int BLOCK = 1 << 16;

  private final OutputStream out;
  private final long limit;
  private long written;
  private long next;

  /** A file of at most {@code limit} samples. */
  PcmFile(OutputStream out, long limit) {
    this.out = new BufferedOutputStream(out, BLOCK);
    this.limit = limit;
  }

  /** Samples per channel. */
  long written() {
    return written;
  }

  boolean full() {
    return written >= limit;
  }

  /**
   * What is written next belongs to this sample: silence lies before it, and what of it would lie
   * before the file's end, or before 0, is left out.
   */
  void moveTo(long sample) throws IOException {
    next = sample;
    silence(Math.min(sample, limit) - written);
  }

  void silence(long samples) throws IOException {
    byte[] zeros = new byte[BLOCK];
    for (long left = samples * PcmDecoder.BYTES_PER_SAMPLE; left > 0; left -= zeros.length) {
      out.write(zeros, 0, (int) Math.min(left, zeros.length));
    }
    written += Math.max(0, samples);
  }

  void write(byte[] pcm, int samples) throws IOException {
    int skip = (int) Math.max(0, Math.min(written - next, samples));
    int keep = (int) Math.max(0, Math.min(samples - skip, limit - written));
    next += samples;
    out.write(pcm, skip * PcmDecoder.BYTES_PER_SAMPLE, keep * PcmDecoder.BYTES_PER_SAMPLE);
    written += keep;
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
