package dev.kinebeam.render.job;

import java.nio.charset.StandardCharsets;
import org.apache.beam.sdk.io.kafka.KafkaRecord;

/**
 * An order as it came.
 *
 * @param topic null for a line of a file; so are partition and offset
 * @param text the bytes, read as ISO 8859-1 so that none is lost
 */
record OrderBytes(String topic, Integer partition, Long offset, String text) {
  static OrderBytes of(KafkaRecord<byte[], byte[]> record) {
    byte[] value = record.getKV().getValue();
    return new OrderBytes(
        record.getTopic(),
        record.getPartition(),
        record.getOffset(),
        new String(value == null ? new byte[0] : value, StandardCharsets.ISO_8859_1));
  }

  static OrderBytes ofLine(String line) {
    byte[] utf8 = line.getBytes(StandardCharsets.UTF_8);
    return new OrderBytes(null, null, null, new String(utf8, StandardCharsets.ISO_8859_1));
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
