package dev.kinebeam.eventarchive;

import dev.kinebeam.schemas.event.EventAcceptance;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What the archive holds of one session. */
public final class SessionRecords {
  /** Of one session, so many events are found at most. */
  public static final int MAX_EVENTS = 20_000;

  /** Their records have no more bytes than these together. */
  public static final long MAX_BYTES = 8L * 1024 * 1024;

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
   * @param records in the order of the topic, each event once, with the very bytes of its {@link
   *     MediaRecord}
   * @param broken objects that could not be read to their end; something may be missing
   * @param truncated whether there was more than {@link #MAX_EVENTS} or {@link #MAX_BYTES}
   */
  public record Found(List<ArchivedRecord> records, List<BrokenObject> broken, boolean truncated) {
    public Found {
      records = List.copyOf(records);
      broken = List.copyOf(broken);
    }
  }

  /**
   * The events of this session and patient that the gateway received from {@code from} to {@code
   * to}, by whole hours. Events that another patient sent under the same session id are left out,
   * and so are records that are not events. One session takes bounded memory, whatever its player
   * sent.
   *
   * @param expected how many events the session is known to have: once as many are found, no
   *     further object is read
   * @throws IOException when the store cannot be asked
   */
  public Found of(Session session, Instant from, Instant to, long expected) throws IOException {
    byte[] key = session.sessionId().toString().getBytes(StandardCharsets.UTF_8);
    int home = KafkaPartition.of(key, partitions);
    List<ArchiveObject> objects = reader.objects(from, to);
    List<ArchiveObject> likely = objects.stream().filter(o -> o.partition() == home).toList();
    Found found = read(new Collected(session, expected), likely);
    // A topic that was given more partitions has moved some sessions while they played.
    boolean whole =
        !found.records().isEmpty() && (found.truncated() || found.records().size() >= expected);
    boolean wasAll = likely.size() == objects.size();
    return whole || wasAll ? found : read(new Collected(session, expected), objects);
  }

  private Found read(Collected collected, List<ArchiveObject> objects) throws IOException {
    reader.read(objects, collected);
    return new Found(collected.records, collected.broken, collected.truncated);
  }

  /** What one reading has found so far. */
  private static final class Collected implements ArchiveReader.Findings {
    private final EventAcceptance acceptance = new EventAcceptance();
    private final List<ArchivedRecord> records = new ArrayList<>();
    private final List<BrokenObject> broken = new ArrayList<>();
    private final Set<MediaEvent.Identity> seen = new HashSet<>();
    private final Session session;
    private final String key;
    private final long expected;
    private long bytes;
    private boolean truncated;

    private Collected(Session session, long expected) {
      this.session = session;
      this.key = session.sessionId().toString();
      this.expected = expected;
    }

    @Override
    public void record(ArchivedRecord record) {
      byte[] value = record.value();
      if (value != null
          && !truncated
          && record.keyText().filter(key::equals).isPresent()
          && acceptance.ofRecord(value, record.timestampMs())
              instanceof MediaRecord.Accepted accepted
          && isOf(session, accepted.record())
          && !seen.contains(accepted.record().event().identity())) {
        keep(record, value.length, accepted.record().event().identity());
      }
    }

    private void keep(ArchivedRecord record, int length, MediaEvent.Identity event) {
      if (records.size() == MAX_EVENTS || bytes + length > MAX_BYTES) {
        truncated = true;
        return;
      }
      seen.add(event);
      records.add(record);
      bytes += length;
    }

    @Override
    public void broken(BrokenObject object) {
      broken.add(object);
    }

    @Override
    public boolean enough() {
      return truncated || records.size() >= expected;
    }
  }

  private static boolean isOf(Session session, MediaRecord record) {
    return record.orgId().equals(session.orgId())
        && record.patientId().equals(session.patientId())
        && record.event().sessionId().equals(session.sessionId());
  }
}
