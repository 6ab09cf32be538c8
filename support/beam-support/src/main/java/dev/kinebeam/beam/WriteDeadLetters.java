package dev.kinebeam.beam;

import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.schemas.event.DeadLetter;
import java.util.Map;
import org.apache.beam.sdk.io.kafka.KafkaIO;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends what was refused to a topic, acknowledged by all replicas before the checkpoint that read
 * it completes: each at least once, and again after a restart in between.
 */
public final class WriteDeadLetters extends PTransform<PCollection<DeadLetter>, PDone> {
  private final KafkaSettings kafka;
  private final String topic;

  private WriteDeadLetters(KafkaSettings kafka, String topic) {
    this.kafka = kafka;
    this.topic = topic;
  }

  public static WriteDeadLetters to(KafkaSettings kafka, String topic) {
    return new WriteDeadLetters(kafka, topic);
  }

  @Override
  public PDone expand(PCollection<DeadLetter> deadLetters) {
    return deadLetters
        .apply(
            "Encode dead letters",
            MapElements.into(TypeDescriptor.of(byte[].class)).via(DeadLetter::encode))
        .apply(
            "Send to " + topic,
            KafkaIO.<Void, byte[]>write()
                .withBootstrapServers(kafka.bootstrapServers())
                .withTopic(topic)
                .withValueSerializer(ByteArraySerializer.class)
                .withProducerConfigUpdates(KafkaSettings.durable())
                .withProducerConfigUpdates(Map.of(ProducerConfig.COMPRESSION_TYPE_CONFIG, "zstd"))
                .values());
  }
}
