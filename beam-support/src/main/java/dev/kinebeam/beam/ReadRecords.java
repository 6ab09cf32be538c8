package dev.kinebeam.beam;

import java.util.Map;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.joda.time.Duration;

/**
 * Reads a topic from where the group's last checkpoint left it, or from its beginning. Timestamps
 * and watermarks follow the broker's side of time ({@link ServerTimePolicy}). Offsets are committed
 * when a checkpoint is complete; the checkpoint, not the commit, is what a restart continues from.
 */
public final class ReadRecords
    extends PTransform<PBegin, PCollection<KafkaRecord<byte[], byte[]>>> {
  private final String bootstrapServers;
  private final String topic;
  private final String group;
  private final Duration disorder;

  private ReadRecords(String bootstrapServers, String topic, String group, Duration disorder) {
    this.bootstrapServers = bootstrapServers;
    this.topic = topic;
    this.group = group;
    this.disorder = disorder;
  }

  public static ReadRecords from(String bootstrapServers, String topic, String group) {
    return new ReadRecords(bootstrapServers, topic, group, Duration.standardSeconds(2));
  }

  /** How much later than a younger record an older one may be appended; 2 s unless told. */
  public ReadRecords withDisorder(Duration limit) {
    return new ReadRecords(bootstrapServers, topic, group, limit);
  }

  @Override
  public PCollection<KafkaRecord<byte[], byte[]>> expand(PBegin begin) {
    Duration limit = disorder;
    return begin.apply(
        "Consume " + topic,
        KafkaIO.readBytes()
            .withBootstrapServers(bootstrapServers)
            .withTopic(topic)
            .withTimestampPolicyFactory(
                (partition, before) -> new ServerTimePolicy(limit, before.orElse(null)))
            .withConsumerConfigUpdates(
                Map.of(
                    ConsumerConfig.GROUP_ID_CONFIG,
                    group,
                    ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                    "earliest",
                    ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                    false,
                    ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                    5000,
                    ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
                    4 << 20))
            .commitOffsetsInFinalize());
  }
}
