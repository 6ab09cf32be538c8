package dev.kinebeam.catalog.archive;

import dev.kinebeam.schemas.event.MediaRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What the archive holds of one session. */
public final class SessionRecords {
  private final ArchiveReader reader;
  private final int partitions;

  /**
   * A view on this archive.
   *
   * @param partitions how many the topic has; a session lies in one of them. Should it have had
   *     another number when the session was played, all are looked through
   */
  public SessionRecords(ArchiveStore store, int partitions) {
    this.reader = new ArchiveReader(store);
    this.partitions = partitions;
  }

  /** Whose session. */
  public record Session(UUID orgId, UUID patientId, UUID sessionId) {}

  /**
   * What was found.
   *
   * @param records in the order of the topic, each with the very bytes of its {@link MediaRecord}
   * @param broken objects that could not be read to their end; something may be missing
   */
  public record Found(List<ArchivedRecord> records, List<BrokenObject> broken) {
    public Found {
      records = List.copyOf(records);
      broken = List.copyOf(broken);
    }
  }

  /**
   * The events of this session and patient that the gateway received from {@code from} to {@code
   * to}, by whole hours. Events that another patient sent under the same session id are left out,
   * and so is what is no event.
   *
   * @throws IOException when the store cannot be asked
   */
  public Found of(Session session, Instant from, Instant to) throws IOException {
    byte[] key = session.sessionId().toString().getBytes(StandardCharsets.UTF_8);
    int home = KafkaPartition.of(key, partitions);
    List<ArchiveObject> objects = reader.objects(from, to);
    Found found = read(session, objects.stream().filter(o -> o.partition() == home).toList());
    return found.records().isEmpty() ? read(session, objects) : found;
  }

  private Found read(Session session, List<ArchiveObject> objects) throws IOException {
    List<ArchivedRecord> records = new ArrayList<>();
    List<BrokenObject> broken = new ArrayList<>();
    String key = session.sessionId().toString();
    MediaRecord.Reader events = new MediaRecord.Reader();
    reader.read(
        objects,
        new ArchiveReader.Findings() {
          @Override
          public void record(ArchivedRecord record) {
            if (key.equals(record.keyText())
                && record.value() != null
                && events.read(record.value()) instanceof MediaRecord.Accepted accepted
                && isOf(session, accepted.record())) {
              records.add(record);
            }
          }

          @Override
          public void broken(BrokenObject object) {
            broken.add(object);
          }
        });
    return new Found(records, broken);
  }

  private static boolean isOf(Session session, MediaRecord record) {
    return record.orgId().equals(session.orgId())
        && record.patientId().equals(session.patientId())
        && record.event().sessionId().equals(session.sessionId());
  }
}
