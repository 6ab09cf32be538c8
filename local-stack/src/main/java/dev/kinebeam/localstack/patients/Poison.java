package dev.kinebeam.localstack.patients;

import dev.kinebeam.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Bytes that no gateway of ours would write, put straight into the topic of media events. */
public final class Poison {
  private static final List<byte[]> RECORDS =
      List.of(
          new byte[0],
          new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1},
          "not json".getBytes(StandardCharsets.UTF_8),
          "{\"v\":99}".getBytes(StandardCharsets.UTF_8),
          "[".repeat(2000).getBytes(StandardCharsets.UTF_8));

  private Poison() {}

  /** Writes them, waits for the acknowledgements, and returns how many there are. */
  public static int pour(String bootstrapServers) throws ExecutionException, InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (byte[] record : RECORDS) {
        producer.send(new ProducerRecord<>(Topics.MEDIA_EVENTS, record)).get();
      }
    }
    return RECORDS.size();
  }
}
