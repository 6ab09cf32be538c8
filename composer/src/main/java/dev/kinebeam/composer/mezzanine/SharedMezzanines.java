package dev.kinebeam.composer.mezzanine;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;

/**
 * Mezzanines that machines share, behind the cache of each. It may lack any entry and may be
 * unavailable: that costs time and fails nothing. Thread-safe.
 */
public interface SharedMezzanines {
  /** Shares nothing. */
  SharedMezzanines NONE =
      new SharedMezzanines() {
        @Override
        public boolean fetch(String name, Path directory) {
          return false;
        }

        @Override
        public void keep(String name, Path directory) {}

        @Override
        public Counts counts() {
          return new Counts(0, 0, 0, 0);
        }
      };

  /**
   * What happened so far.
   *
   * @param fetched entries that need not be made here
   * @param missing entries that were asked for and not there
   * @param kept entries that were stored
   * @param failures of a store that was unavailable, refused, or held something broken
   */
  record Counts(long fetched, long missing, long kept, long failures) {}

  /**
   * Fills an empty folder with the files of an entry, proven by their hashes; false, with nothing
   * in the folder, when it cannot.
   *
   * @param name how it is made and of what, {@code VERSION/SHA256_OF_SOURCE}
   * @throws InterruptedIOException when cancelled
   * @throws IOException when the folder cannot be written
   */
  boolean fetch(String name, Path directory) throws IOException;

  /**
   * Stores an entry for the others, if it can.
   *
   * @throws InterruptedIOException when cancelled
   */
  void keep(String name, Path directory) throws InterruptedIOException;

  /** What happened since the start. */
  Counts counts();
}
