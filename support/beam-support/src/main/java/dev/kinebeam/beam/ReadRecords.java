package dev.kinebeam.beam;

import dev.kinebeam.program.kafka.KafkaSettings;
import java.util.Map;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.joda.time.Duration;

/**
 * Reads a topic from where the group's last checkpoint left it, or from its beginning, and
 * partitions that are added to it from their beginnings. Timestamps and watermarks follow the
 * broker's side of time ({@link ServerTimePolicy}). Offsets are committed when a checkpoint is
 * complete, also those of empty partitions; the checkpoint, not the commit, is what a restart
 * continues from.
 *
 * <p>The output begins with one element per reader that is not a record of the topic: {@link
 * #isOpening}. The next step drops them; a step of its own for that would cost every record.
 */
public final class ReadRecords
    extends PTransform<PBegin, PCollection<KafkaRecord<byte[], byte[]>>> {
  /** The greatest parallelism of a job that reads a topic. */
  public static final int MAX_PARALLELISM = PartitionShare.READERS;

  private static final int NOWHERE = -1;

  private final KafkaSettings kafka;
  private final String topic;
  private final String group;
  private final Duration disorder;

  private ReadRecords(KafkaSettings kafka, String topic, String group, Duration disorder) {
    this.kafka = kafka;
    this.topic = topic;
    this.group = group;
    this.disorder = disorder;
  }

  public static ReadRecords from(KafkaSettings kafka, String topic, String group) {
    return new ReadRecords(kafka, topic, group, Duration.standardSeconds(2));
  }

  /** How much later than a younger record an older one may be appended; 2 s by default. */
  public ReadRecords withDisorder(Duration limit) {
    return new ReadRecords(kafka, topic, group, limit);
  }

  @Override
  public PCollection<KafkaRecord<byte[], byte[]>> expand(PBegin begin) {
    begin
        .getPipeline()
        .getOptions()
        .as(KafkaAddress.class)
        .setKafkaBootstrapServers(kafka.bootstrapServers());
    return begin.apply("Consume " + topic, Read.from(TopicSource.of(topic, group, disorder)));
  }

  /** Whether this element only announces a reader. */
  public static boolean isOpening(KafkaRecord<byte[], byte[]> element) {
    return element.getPartition() == NOWHERE;
  }

  static KafkaRecord<byte[], byte[]> opening(String topic) {
    return new KafkaRecord<>(
        topic,
        NOWHERE,
        NOWHERE,
        0,
        KafkaTimestampType.NO_TIMESTAMP_TYPE,
        new RecordHeaders(),
        null,
        null);
  }

  static Consumer<byte[], byte[]> consumer(KafkaSettings kafka, String group) {
    return kafka.consumer(
        Map.of(
            ConsumerConfig.GROUP_ID_CONFIG,
            group,
            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
            "earliest",
            ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
            2000,
            ConsumerConfig.RECEIVE_BUFFER_CONFIG,
            512 << 10,
            ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG,
            4 << 20));
  }
}
