package dev.kinebeam.beam;

import java.io.Serializable;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which partitions of a topic belong to one of a fixed number of readers. The number never changes,
 * so a partition that is added later has its reader already, and saved state fits any parallelism
 * from 1 to {@link #READERS}.
 *
 * <p>Flink gives reader {@code i} to worker {@code i mod parallelism}, and after a change of the
 * parallelism deals the readers out in runs. Twelve readers with a stride of five spread four or
 * eight partitions over one, two, three or four workers most evenly under both rules.
 *
 * @param reader from 0 to {@link #READERS} - 1
 */
record PartitionShare(int reader) implements Serializable {
  /** How many readers share a topic, and so the greatest parallelism. */
  static final int READERS = 12;

  private static final int STRIDE = 5;

  PartitionShare {
    if (reader < 0 || reader >= READERS) {
      throw new IllegalArgumentException(
          "reader is " + reader + "; it must lie between 0 and " + (READERS - 1));
    }
  }

  static List<PartitionShare> all() {
    return IntStream.range(0, READERS).mapToObj(PartitionShare::new).toList();
  }

  static int readerOf(int partition) {
    return partition * STRIDE % READERS;
  }

  boolean has(int partition) {
    return readerOf(partition) == reader;
  }

  /** Those of a topic with this many partitions that are this reader's. */
  List<Integer> of(int partitions) {
    return IntStream.range(0, partitions).filter(this::has).boxed().toList();
  }
}
