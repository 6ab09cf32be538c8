package dev.kinebeam.trials.patients;

import dev.kinebeam.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Bytes that no gateway of ours would write, put straight into the topic of media events. */
public final class MalformedRecords {
  private static final List<byte[]> RECORDS =
      List.of(
          new byte[0],
          new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1},
          "not json".getBytes(StandardCharsets.UTF_8),
          "{\"v\":99}".getBytes(StandardCharsets.UTF_8),
          "[".repeat(2000).getBytes(StandardCharsets.UTF_8),
          // What a parser takes for UTF-16, and a time beyond what milliseconds hold.
          "{\"event\":{\"data\":{}}}".getBytes(StandardCharsets.UTF_16BE),
          "{\"v\":1,\"event\":{\"timestamp\":\"+999999999-12-31T23:59:59Z\"}}"
              .getBytes(StandardCharsets.UTF_8));

  private static final int KINDS = 12;
  private static final int SMALL = 2_000;

  /** Just under what a broker takes. */
  private static final int HUGE = 900_000;

  private MalformedRecords() {}

  /** Those of every run; small. */
  public static List<byte[]> usual() {
    return RECORDS;
  }

  /**
   * Records of every kind of badness: any bytes, none, none at all ({@code null}), very many, deep,
   * and good JSON of the wrong shape. The same seed makes the same ones.
   */
  public static List<byte[]> any(int count, long seed) {
    RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    List<byte[]> records = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      records.add(one(i % KINDS, random));
    }
    return records;
  }

  private static byte[] one(int kind, RandomGenerator random) {
    byte[] noise = new byte[random.nextInt(kind == 1 ? HUGE : SMALL)];
    random.nextBytes(noise);
    return switch (kind) {
      case 0, 1 -> noise;
      case 2 -> null;
      case 3 -> new byte[0];
      case 4 -> text("[".repeat(1 + random.nextInt(HUGE)));
      case 5 -> text("{\"a\":".repeat(1 + random.nextInt(SMALL)) + "1");
      case 6 -> text("\"" + "\\u0000".repeat(random.nextInt(SMALL)) + "\"");
      case 7 -> text(Integer.toString(random.nextInt()));
      case 8 -> text("[1, null, {}, \"" + random.nextLong() + "\"]");
      case 9 -> text("{\"v\":1,\"org_id\":" + random.nextLong() + ",\"event\":[]}");
      case 10 ->
          text(
              "{\"v\":1,\"org_id\":\""
                  + new UUID(random.nextLong(), 0)
                  + "\",\"event\":{\"data\":7}}");
      default -> text("{\"v\":" + "9".repeat(1 + random.nextInt(SMALL)) + "}");
    };
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Writes them and returns when all are acknowledged. */
  public static void pour(String bootstrapServers, List<byte[]> records)
      throws ExecutionException, InterruptedException {
    try (KafkaProducer<byte[], byte[]> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
            new ByteArraySerializer(),
            new ByteArraySerializer())) {
      for (byte[] record : records) {
        producer.send(new ProducerRecord<>(Topics.MEDIA_EVENTS, record)).get();
      }
    }
  }
}
