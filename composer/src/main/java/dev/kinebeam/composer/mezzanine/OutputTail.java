package dev.kinebeam.composer.mezzanine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * The end of what a child process says, read while it says it: a child that floods its log fills
 * neither disk nor memory, and is not held up either.
 */
final class OutputTail {
  private static final int KEPT = 2_000;
  private static final int BLOCK = 8_192;
  private static final long END_MILLIS = 2_000;

  private final byte[] ring = new byte[KEPT];
  private final Thread reader;
  private long said;

  private OutputTail(InputStream log) {
    reader = new Thread(() -> read(log), "child-log");
    reader.setDaemon(true);
  }

  /** Begins to read a log to its end. */
  static OutputTail of(InputStream log) {
    OutputTail tail = new OutputTail(log);
    tail.reader.start();
    return tail;
  }

  private void read(InputStream log) {
    byte[] block = new byte[BLOCK];
    try (log) {
      for (int read = log.read(block); read >= 0; read = log.read(block)) {
        keep(block, read);
      }
    } catch (IOException closed) {
      byte[] words = ("(its log broke off: " + closed + ")").getBytes(StandardCharsets.UTF_8);
      keep(words, words.length);
    }
  }

  private synchronized void keep(byte[] block, int length) {
    for (int i = Math.max(0, length - KEPT); i < length; i++) {
      ring[(int) ((said + i) % KEPT)] = block[i];
    }
    said += length;
  }

  /** The last {@value #KEPT} bytes in one line; waits a moment for a child that has just ended. */
  String words() throws InterruptedException {
    reader.join(END_MILLIS);
    synchronized (this) {
      int length = (int) Math.min(said, KEPT);
      byte[] last = new byte[length];
      for (int i = 0; i < length; i++) {
        last[i] = ring[(int) ((said - length + i) % KEPT)];
      }
      String text = new String(last, StandardCharsets.ISO_8859_1).strip();
      return text.isEmpty() ? "it printed nothing" : text.replace('\n', ' ');
    }
  }
}
