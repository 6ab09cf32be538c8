package dev.kinebeam.eventarchive.writer;

import dev.kinebeam.program.retry.RetrySchedule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A partition that this archiver has at the moment. */
final class AssignedPartition {
  final PartitionBuffer buffer;
  final ReadProgress readProgress = new ReadProgress();

  /** Of the horizon, which may be written later when the store is unavailable. */
  final RetrySchedule horizonSchedule = new RetrySchedule(ArchiveLoop.RETRIES);

  /** On its way, or null. */
  @Nullable Upload upload;

  /** The next offset to be read. */
  long position;

  AssignedPartition(int partition, Path spool) {
    buffer = new PartitionBuffer(partition, spool);
  }

  /** Everything that was read is stored. */
  boolean isIdle() {
    return upload == null && buffer.isEmpty();
  }

  /** The horizon says how far this partition is complete. */
  boolean isHorizonRecorded() {
    return readProgress.recorded().isAfter(Instant.MIN)
        && !readProgress.reached().isAfter(readProgress.recorded());
  }

  /** Leaves what is not stored to be read again. */
  void forget() throws IOException {
    buffer.discard();
    if (upload != null) {
      upload.discard();
    }
  }
}
