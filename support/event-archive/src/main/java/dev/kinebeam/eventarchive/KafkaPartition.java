package dev.kinebeam.eventarchive;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Where Kafka's default partitioner puts a key: murmur2 of its bytes over the partitions. */
public final class KafkaPartition {
  private static final int SEED = 0x9747b28c;
  private static final int M = 0x5bd1e995;
  private static final int R = 24;

  private KafkaPartition() {}

  /** The partition of a key among so many. */
  public static int of(byte[] key, int partitions) {
    return (murmur2(key) & 0x7fffffff) % partitions;
  }

  /** Austin Appleby's MurmurHash2 with Kafka's seed. */
  private static int murmur2(byte[] data) {
    ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
    int h = SEED ^ data.length;
    while (in.remaining() >= 4) {
      int k = in.getInt() * M;
      k ^= k >>> R;
      h = (h * M) ^ (k * M);
    }
    if (in.hasRemaining()) {
      for (int i = in.remaining() - 1; i >= 0; i--) {
        h ^= (in.get(in.position() + i) & 0xff) << (8 * i);
      }
      h *= M;
    }
    h ^= h >>> 13;
    h *= M;
    return h ^ (h >>> 15);
  }
}
