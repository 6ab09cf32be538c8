package dev.kinebeam.render.job;

import dev.kinebeam.schemas.UuidV5;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.beam.sdk.io.kafka.KafkaRecord;

/**
 * An order as it came.
 *
 * @param place where it stands, and nowhere else: {@code topic/partition/offset}, or the run with
 *     the line's number or the render's id
 * @param topic null for what does not come from Kafka; so are partition and offset
 * @param text the bytes, read as ISO 8859-1 so that none is lost
 */
record RawOrder(String place, String topic, Integer partition, Long offset, String text) {
  private static final UUID PLANS = UuidV5.of(new UUID(0, 0), "kinebeam.dev/plan");

  static RawOrder of(KafkaRecord<byte[], byte[]> record) {
    byte[] value = record.getKV().getValue();
    return new RawOrder(
        record.getTopic() + "/" + record.getPartition() + "/" + record.getOffset(),
        record.getTopic(),
        record.getPartition(),
        record.getOffset(),
        new String(value == null ? new byte[0] : value, StandardCharsets.ISO_8859_1));
  }

  static RawOrder ofCatalogue(UUID run, ComposeOrder order) {
    return of(run + "/" + order.renderId(), order.encode());
  }

  static RawOrder ofLine(UUID run, int number, String line) {
    return of(run + "/" + number, line.getBytes(StandardCharsets.UTF_8));
  }

  private static RawOrder of(String place, byte[] order) {
    return new RawOrder(place, null, null, null, new String(order, StandardCharsets.ISO_8859_1));
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Follows from the place alone: who reads the record again makes the same plan. */
  UUID planId() {
    return UuidV5.of(PLANS, place);
  }
}
