package dev.kinebeam.eventarchive.writer;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/** A partition that this archiver has at the moment. */
final class Lane {
  final PartitionBuffer buffer;
  final Reach reach = new Reach();

  /** Of the horizon, which need not be told at any certain moment. */
  final Backoff telling = new Backoff();

  /** On its way, or null. */
  Upload upload;

  /** The next offset to be read. */
  long position;

  Lane(int partition, Path spool) {
    buffer = new PartitionBuffer(partition, spool);
  }

  /** Everything that was read is stored. */
  boolean isIdle() {
    return upload == null && buffer.isEmpty();
  }

  /** The archive knows how far this partition is complete. */
  boolean isTold() {
    return reach.told().isAfter(Instant.MIN) && !reach.reached().isAfter(reach.told());
  }

  /** Leaves what is not stored to be read again. */
  void forget() throws IOException {
    buffer.discard();
    if (upload != null) {
      upload.discard();
    }
  }
}
