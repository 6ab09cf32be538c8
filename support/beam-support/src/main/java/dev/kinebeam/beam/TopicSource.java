package dev.kinebeam.beam;

import dev.kinebeam.program.kafka.KafkaSettings;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaRecordCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.joda.time.Duration;

/**
 * All partitions of a topic, those included that are added while it is read. Beam's own source
 * fixes the partitions when a job starts for the first time and keeps them in the saved state; this
 * one keeps only the number of its readers, each of which looks for its partitions itself ({@link
 * PartitionShare}).
 */
final class TopicSource extends UnboundedSource<KafkaRecord<byte[], byte[]>, TopicCheckpointMark> {
  private static final long serialVersionUID = 1;
  private static final Coder<byte[]> BYTES = NullableCoder.of(ByteArrayCoder.of());

  private final String topic;
  private final String group;
  private final long disorderMillis;
  private final PartitionShare share;

  private TopicSource(String topic, String group, long disorderMillis, PartitionShare share) {
    this.topic = topic;
    this.group = group;
    this.disorderMillis = disorderMillis;
    this.share = share;
  }

  static TopicSource of(String topic, String group, Duration disorder) {
    return new TopicSource(topic, group, disorder.getMillis(), null);
  }

  String topic() {
    return topic;
  }

  String group() {
    return group;
  }

  Duration disorder() {
    return Duration.millis(disorderMillis);
  }

  PartitionShare share() {
    return share;
  }

  /** Into the same number of parts whatever is desired. */
  @Override
  public List<TopicSource> split(int desired, PipelineOptions options) {
    return share != null
        ? List.of(this)
        : PartitionShare.all().stream()
            .map(part -> new TopicSource(topic, group, disorderMillis, part))
            .toList();
  }

  @Override
  public TopicReader createReader(PipelineOptions options, TopicCheckpointMark mark) {
    return new TopicReader(
        this,
        new KafkaSettings(options.as(KafkaAddress.class).getKafkaBootstrapServers()),
        mark == null ? TopicCheckpointMark.NONE : mark);
  }

  @Override
  public Coder<TopicCheckpointMark> getCheckpointMarkCoder() {
    return new TopicCheckpointMark.Bytes();
  }

  @Override
  public Coder<KafkaRecord<byte[], byte[]>> getOutputCoder() {
    return KafkaRecordCoder.of(BYTES, BYTES);
  }

  @Override
  public String toString() {
    return share == null ? topic : topic + ", reader " + share.reader();
  }
}
