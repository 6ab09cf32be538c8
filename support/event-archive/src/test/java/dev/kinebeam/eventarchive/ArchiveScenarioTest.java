package dev.kinebeam.eventarchive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.objectstore.StoredObject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive in a folder: lines, objects, one session, one patient. */
class ArchiveScenarioTest {
  private static final Instant TEN = Instant.parse("2026-11-21T10:00:00Z");
  private static final UUID ORG = new UUID(0x4000, 1);
  private static final UUID ANN = new UUID(0x4000, 2);
  private static final UUID BEN = new UUID(0x4000, 3);

  @TempDir Path folder;

  private ArchiveStore store;

  @BeforeEach
  void open() {
    store = ArchiveStore.folder(folder);
  }

  @Test
  void aLineGivesBackTheVeryBytes() throws IOException {
    List<byte[]> values = new ArrayList<>();
    for (String text :
        List.of(
            "{}",
            "{\"a\": 1 , \"b\":[1.50,{\"c\":\"\\u00e4 ä 🙂\"}]}",
            "{\"a\":1}{\"b\":2}",
            "{\"a\":\n1}",
            "{\"a\":}",
            "",
            "null",
            "[1]",
            " {}",
            "{\"a\":" + "[".repeat(990) + "]".repeat(990) + "}",
            "{\"a\":" + "1".repeat(5000) + "}")) {
      values.add(text.getBytes(UTF_8));
    }
    values.add(null);
    values.add(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
    Random random = new Random(3);
    for (int i = 0; i < 300; i++) {
      byte[] noise = new byte[random.nextInt(60)];
      random.nextBytes(noise);
      values.add(noise);
    }
    for (byte[] value : values) {
      for (byte[] key : Arrays.asList(null, "k\"\n".getBytes(UTF_8), new byte[] {(byte) 0xfe})) {
        ArchivedRecord record = new ArchivedRecord(3, 12, -1, key, value);
        byte[] line = ArchiveLine.encode(record);
        ArchivedRecord read = ArchiveLine.decode(line);
        assertThat(new String(line, UTF_8)).doesNotContain("\n");
        assertThat(read.key()).isEqualTo(key);
        assertThat(read.value()).isEqualTo(value);
        assertThat(List.of(read.partition(), read.offset(), read.timestampMs()))
            .isEqualTo(List.of(3, 12L, -1L));
      }
    }
    assertThat(new String(ArchiveLine.encode(record(5, ANN, 1)), UTF_8))
        .startsWith("{\"partition\":0,\"offset\":5,\"timestamp\":")
        .contains(",\"value\":{\"v\":1,");
  }

  @Test
  void overlappingObjectsGiveEachRecordOnce() throws IOException {
    put(TEN, records(100, 140));
    put(TEN, records(100, 120));
    put(TEN, records(130, 150));
    put(TEN.plusSeconds(3600), records(101, 103));

    Read read = read(TEN, TEN.plusSeconds(3600));

    assertThat(read.offsets).isEqualTo(range(100, 150));
    assertThat(read.broken).isEmpty();
    assertThat(read(TEN.plusSeconds(1800), TEN.plusSeconds(3601)).offsets).hasSize(51 + 3);
    assertThat(read(TEN.plusSeconds(7200), TEN.plusSeconds(9000)).offsets).isEmpty();
  }

  @Test
  void aBrokenObjectIsNamedAndTheOthersAreRead() throws IOException {
    byte[] whole = gzip(records(200, 240));
    store.put(key(200, 240), Arrays.copyOf(whole, whole.length / 2));
    store.put(key(300, 300), "no gzip".getBytes(UTF_8));
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    text.writeBytes("{\"partition\":0}\n".getBytes(UTF_8));
    text.writeBytes(ArchiveLine.encode(record(401, ANN, 1)));
    text.write('\n');
    store.put(key(400, 401), gzip(text.toByteArray()));
    put(TEN, records(500, 501));
    store.put(ArchiveObject.ROOT + "dt=2026-11-21/hour=10/notes.txt", new byte[0]);

    Read read = read(TEN, TEN.plusSeconds(1));

    assertThat(read.broken)
        .extracting(BrokenObject::key)
        .containsExactly(key(200, 240), key(300, 300), key(400, 401));
    assertThat(read.broken.get(2).reason()).contains("line 1").contains("offset");
    assertThat(read.offsets).endsWith(401L, 500L, 501L).doesNotContain(400L);
  }

  @Test
  void aSessionIsFoundInItsOwnPartitionOrWhereverItLies() throws IOException {
    UUID session = session(1);
    int home = KafkaPartition.of(session.toString().getBytes(UTF_8), 4);
    put(TEN, List.of(record(home, 1, ANN, 1), record(home, 2, BEN, 1), record(home, 3, ANN, 2)));
    SessionRecords.Session anns = new SessionRecords.Session(ORG, ANN, session);

    for (int partitions : List.of(4, 5, 7, 9)) {
      SessionRecords.Found found =
          new SessionRecords(store, partitions).of(anns, TEN, TEN.plusSeconds(60), 9);
      assertThat(found.records()).extracting(ArchivedRecord::offset).containsExactly(1L);
    }
  }

  @Test
  void aSessionTakesBoundedMemory() throws IOException {
    ArchivedRecord first = record(1, ANN, 1);
    put(TEN, List.of(first, new ArchivedRecord(0, 2, 0, first.key(), first.value())));
    put(TEN, records(3, SessionRecords.MAX_EVENTS + 1));
    assertThat(found(Long.MAX_VALUE).records()).hasSize(SessionRecords.MAX_EVENTS);
    assertThat(found(Long.MAX_VALUE).truncated()).isFalse();
    put(TEN, records(30_000, 30_001));
    SessionRecords.Found many = found(Long.MAX_VALUE);
    assertThat(many.records()).hasSize(SessionRecords.MAX_EVENTS);
    assertThat(many.truncated()).isTrue();
  }

  @Test
  void aSessionsRecordsHaveBoundedBytes() throws IOException {
    String filler = " ".repeat(1024 * 1024);
    List<ArchivedRecord> large = new ArrayList<>();
    for (ArchivedRecord record : records(1, 9)) {
      byte[] value = (new String(record.value(), UTF_8) + filler).getBytes(UTF_8);
      large.add(new ArchivedRecord(0, record.offset(), TEN.toEpochMilli(), record.key(), value));
    }
    put(TEN, large);
    assertThat(found(9).records()).hasSize(7);
    assertThat(found(9).truncated()).isTrue();
  }

  @Test
  void readingStopsOnceEveryEventIsFound() throws IOException {
    put(TEN, List.of(record(1, ANN, 1), record(2, ANN, 1)));
    store.put(key(4, 4), "no gzip".getBytes(UTF_8));
    assertThat(found(2).broken()).isEmpty();
    assertThat(found(3).broken()).hasSize(1);
    assertThat(found(3).records()).hasSize(2);
  }

  private SessionRecords.Found found(long expected) throws IOException {
    return new SessionRecords(store, 1)
        .of(new SessionRecords.Session(ORG, ANN, session(1)), TEN, TEN.plusSeconds(60), expected);
  }

  @Test
  void onlyTheErasedPatientIsRemoved() throws IOException {
    put(TEN, List.of(record(1, ANN, 1), record(2, BEN, 2), record(3, ANN, 1)));
    put(TEN, List.of(record(4, ANN, 1)));
    put(TEN, List.of(record(5, BEN, 2)));
    byte[] noise = ("\0 " + ANN + " \n").getBytes(UTF_8);
    put(TEN, List.of(new ArchivedRecord(0, 6, TEN.toEpochMilli(), null, noise), record(7, BEN, 2)));
    byte[] bens = store.read(key(5, 5)).orElseThrow();
    store.put(key(8, 9), new byte[] {1, 2, 3});
    List<ArchiveRewrite.Progress> progress = new ArrayList<>();
    ArchiveRewrite rewrite = new ArchiveRewrite(store, progress::add);

    ArchiveRewrite.Outcome first = rewrite.withoutPatient(ORG, ANN);
    List<StoredObject> after = store.list("");
    ArchiveRewrite.Outcome second = rewrite.withoutPatient(ORG, ANN);

    assertThat(first.recordsRemoved()).isEqualTo(4);
    assertThat(List.of(first.objects(), first.rewritten(), first.deleted()))
        .isEqualTo(List.of(5, 2, 1));
    assertThat(first.broken()).extracting(BrokenObject::key).containsExactly(key(8, 9));
    assertThat(read(TEN, TEN.plusSeconds(1)).offsets).containsExactly(2L, 5L, 7L);
    assertThat(store.read(key(5, 5))).contains(bens);
    assertThat(second.recordsRemoved()).isZero();
    assertThat(store.list("")).isEqualTo(after);
    assertThat(progress.get(4)).isEqualTo(new ArchiveRewrite.Progress(5, 5, 4));
  }

  @Test
  void theHorizonIsRecordedForEachPartition() throws IOException {
    ArchiveHorizon horizon = new ArchiveHorizon(store);
    assertThat(horizon.byPartition()).isEmpty();
    horizon.reached(0, TEN);
    horizon.reached(1, TEN.plusSeconds(1));
    horizon.reached(0, TEN.plusSeconds(2));
    assertThat(horizon.byPartition())
        .isEqualTo(Map.of(0, TEN.plusSeconds(2), 1, TEN.plusSeconds(1)));
    assertThat(new ArchiveReader(store).allObjects()).isEmpty();
  }

  @Test
  void impossibleTimesHaveAnHourOfTheirOwn() {
    for (long time : List.of(-1L, 0L, Long.MIN_VALUE, Long.MAX_VALUE, 4_102_444_800_000L)) {
      assertThat(ArchiveObject.hourOf(time)).isEqualTo(Instant.EPOCH);
    }
    ArchiveObject object = ArchiveObject.of(TEN, 12, 7, 9, 33);
    assertThat(ArchiveObject.hourOf(TEN.toEpochMilli() + 3_599_999)).isEqualTo(TEN);
    assertThat(object.key())
        .isEqualTo(
            "archive/media-events/dt=2026-11-21/hour=10/"
                + "part-12-00000000000000000007-00000000000000000009.ndjson.gz");
    assertThat(ArchiveObject.parse(object.key(), 33)).contains(object);
  }

  private static final class Read implements ArchiveReader.Findings {
    private final List<Long> offsets = new ArrayList<>();
    private final List<BrokenObject> broken = new ArrayList<>();

    @Override
    public void record(ArchivedRecord record) {
      offsets.add(record.offset());
    }

    @Override
    public void broken(BrokenObject object) {
      broken.add(object);
    }
  }

  private Read read(Instant from, Instant to) throws IOException {
    Read read = new Read();
    ArchiveReader reader = new ArchiveReader(store);
    reader.read(reader.objects(from, to), read);
    return read;
  }

  private void put(Instant hour, List<ArchivedRecord> records) throws IOException {
    ArchivedRecord first = records.get(0);
    long last = records.get(records.size() - 1).offset();
    byte[] content = gzip(records);
    store.put(ArchiveObject.of(hour, first.partition(), first.offset(), last, 0).key(), content);
  }

  private static String key(long first, long last) {
    return ArchiveObject.of(TEN, 0, first, last, 0).key();
  }

  private static byte[] gzip(List<ArchivedRecord> records) throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (ArchivedRecord record : records) {
      text.writeBytes(ArchiveLine.encode(record));
      text.write('\n');
    }
    return gzip(text.toByteArray());
  }

  private static byte[] gzip(byte[] text) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(text);
    }
    return out.toByteArray();
  }

  private static List<Long> range(long first, long last) {
    List<Long> all = new ArrayList<>();
    for (long i = first; i <= last; i++) {
      all.add(i);
    }
    return all;
  }

  private static List<ArchivedRecord> records(long first, long last) {
    return range(first, last).stream().map(offset -> record(offset, ANN, 1)).toList();
  }

  private static ArchivedRecord record(long offset, UUID patient, int session) {
    return record(0, offset, patient, session);
  }

  private static ArchivedRecord record(int partition, long offset, UUID patient, int session) {
    String value =
        """
        {"v":1,"event_id":"%s","org_id":"%s","patient_id":"%s","received_at":%d,\
        "client":{"device":"phone"},"event":{"event":"play","session_id":"%s",\
        "timestamp":"2026-11-21T10:00:00.000Z","data":{"position_seconds":0}}}\
        """
            .formatted(
                new UUID(0x4000, offset), ORG, patient, TEN.toEpochMilli(), session(session));
    return new ArchivedRecord(
        partition,
        offset,
        TEN.toEpochMilli(),
        session(session).toString().getBytes(UTF_8),
        value.getBytes(UTF_8));
  }

  private static UUID session(int number) {
    return new UUID(0x4001, number);
  }
}
