package dev.kinebeam.eventarchive;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/** The archive finds a session where Kafka's own producer puts it. */
class KafkaPartitionTest {
  @Property(tries = 500)
  void aKeyLiesWhereTheProducerPutsIt(
      @ForAll byte[] key, @ForAll @IntRange(min = 1, max = 500) int partitions) {
    assertThat(KafkaPartition.of(key, partitions))
        .isEqualTo(BuiltInPartitioner.partitionForKey(key, partitions));
  }
}
