package dev.kinebeam.trials.archive;

import dev.kinebeam.eventarchive.ArchiveReader;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.ArchivedRecord;
import dev.kinebeam.eventarchive.BrokenObject;
import dev.kinebeam.trials.kafka.TopicRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Records as they lie in a topic or in the archive, in one form, so that they can be compared. */
final class TopicContent {
  private static final Comparator<Entry> BY_PLACE =
      Comparator.comparingInt(Entry::partition).thenComparingLong(Entry::offset);

  private TopicContent() {}

  /** A record; its bytes as a text of one character each, null for none. */
  record Entry(int partition, long offset, long timestampMs, String key, String value) {}

  /** Bytes in the form of {@link Entry}. */
  static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** Everything that Kafka holds of the topic now. */
  static List<Entry> ofKafka(String bootstrapServers, String topic) {
    List<Entry> found = new ArrayList<>();
    for (ConsumerRecord<byte[], byte[]> r :
        TopicRecords.all(bootstrapServers, topic, new ByteArrayDeserializer())) {
      found.add(
          new Entry(r.partition(), r.offset(), r.timestamp(), text(r.key()), text(r.value())));
    }
    found.sort(BY_PLACE);
    return found;
  }

  /** Everything that the archive returns, as often as it returns it; it must be whole. */
  static List<Entry> ofArchive(ArchiveStore archive) throws IOException {
    List<Entry> found = new ArrayList<>();
    ArchiveReader reader = new ArchiveReader(archive);
    reader.read(
        reader.allObjects(),
        new ArchiveReader.Findings() {
          @Override
          public void record(ArchivedRecord r) {
            found.add(
                new Entry(
                    r.partition(), r.offset(), r.timestampMs(), text(r.key()), text(r.value())));
          }

          @Override
          public void broken(BrokenObject object) {
            throw new AssertionError(object.toString());
          }
        });
    found.sort(BY_PLACE);
    return found;
  }
}
