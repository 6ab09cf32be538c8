package dev.kinebeam.eventarchive.writer;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.eventarchive.ArchiveHorizon;
import dev.kinebeam.eventarchive.ArchiveReader;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.ArchivedRecord;
import dev.kinebeam.eventarchive.BrokenObject;
import dev.kinebeam.program.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Crashes and an archive that is unavailable, on Kafka's own stand-in for a consumer. */
class ArchiveLoopTest {
  private static final TopicPartition PARTITION = new TopicPartition("media-events", 0);
  private static final long TEN = 1_795_255_200_000L;
  private static final long HOUR = 3_600_000;

  @TempDir Path dir;

  private ArchiveStore archive;
  private Path spool;

  @BeforeEach
  void open() throws IOException {
    archive = ArchiveStore.folder(dir.resolve("archive"));
    spool = Files.createDirectories(dir.resolve("spool"));
  }

  @Test
  void everyRecordIsStoredInItsHourAndThenCommitted() throws Exception {
    MockConsumer<byte[], byte[]> consumer = consumer(0, 10);
    ArchiveLoop loop = loop(consumer);
    CompletableFuture<Void> run = start(loop);

    loop.drain().get(60, TimeUnit.SECONDS);

    assertThat(committed(consumer)).isEqualTo(10);
    assertThat(offsets()).containsExactlyElementsOf(range(0, 10));
    assertThat(new ArchiveReader(archive).allObjects()).hasSize(2);
    assertThat(loop.progress().records()).isEqualTo(10);
    assertThat(new ArchiveHorizon(archive).byPartition()).containsOnlyKeys(0);
    loop.stop();
    run.get(60, TimeUnit.SECONDS);
    assertThat(spool).isEmptyDirectory();
  }

  @Test
  void whatWasStoredAndNotCommittedIsReadAgainAndReportedOnce() throws Exception {
    for (long until : new long[] {7, 10, 4, 9}) {
      // Each archiver begins at the same offset, as after a crash before the commit.
      ArchiveLoop loop = loop(consumer(0, until));
      CompletableFuture<Void> run = start(loop);
      loop.drain().get(60, TimeUnit.SECONDS);
      loop.stop();
      run.get(60, TimeUnit.SECONDS);
    }
    assertThat(offsets()).containsExactlyElementsOf(range(0, 10));
  }

  @Test
  void nothingIsCommittedWhileTheArchiveIsUnavailable() throws Exception {
    Files.writeString(dir.resolve("archive"), "no folder");
    MockConsumer<byte[], byte[]> consumer = consumer(0, 10);
    ArchiveLoop loop = loop(consumer);
    CompletableFuture<Void> run = start(loop);
    CompletableFuture<Void> drained = loop.drain();
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (consumer.paused().isEmpty()) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    assertThat(committed(consumer)).isZero();
    assertThat(drained).isNotDone();

    Files.delete(dir.resolve("archive"));
    drained.get(60, TimeUnit.SECONDS);

    assertThat(committed(consumer)).isEqualTo(10);
    assertThat(consumer.paused()).isEmpty();
    assertThat(offsets()).containsExactlyElementsOf(range(0, 10));
    loop.stop();
    run.get(60, TimeUnit.SECONDS);
  }

  private ArchiveLoop loop(MockConsumer<byte[], byte[]> consumer) {
    ArchiveSettings settings = ArchiveSettings.of(new KafkaSettings("nowhere:1"), spool);
    return new ArchiveLoop(settings, archive, new ArchiveHorizon(archive), consumer);
  }

  private static CompletableFuture<Void> start(ArchiveLoop loop) {
    return CompletableFuture.runAsync(
        () -> {
          try {
            loop.run();
          } catch (IOException e) {
            throw new IllegalStateException(e);
          }
        });
  }

  /** Holds these records, of two hours by turns. */
  @SuppressWarnings("deprecation") // the constructor of this version
  private static MockConsumer<byte[], byte[]> consumer(long first, long end) {
    MockConsumer<byte[], byte[]> consumer =
        new MockConsumer<>(org.apache.kafka.clients.consumer.OffsetResetStrategy.EARLIEST);
    consumer.updateBeginningOffsets(Map.of(PARTITION, first));
    consumer.updateEndOffsets(Map.of(PARTITION, end));
    consumer.schedulePollTask(
        () -> {
          consumer.rebalance(List.of(PARTITION));
          for (long offset : range(first, end)) {
            consumer.addRecord(record(offset));
          }
        });
    return consumer;
  }

  private static ConsumerRecord<byte[], byte[]> record(long offset) {
    return new ConsumerRecord<>(
        PARTITION.topic(),
        PARTITION.partition(),
        offset,
        TEN + (offset % 2) * HOUR,
        TimestampType.CREATE_TIME,
        1,
        9,
        ("k" + offset).getBytes(UTF_8),
        ("{\"n\":" + offset + "}").getBytes(UTF_8),
        new org.apache.kafka.common.header.internals.RecordHeaders(),
        java.util.Optional.empty());
  }

  private static long committed(MockConsumer<byte[], byte[]> consumer) {
    OffsetAndMetadata offset = consumer.committed(Set.of(PARTITION)).get(PARTITION);
    return offset == null ? 0 : offset.offset();
  }

  private static List<Long> range(long first, long end) {
    return LongStream.range(first, end).boxed().toList();
  }

  private List<Long> offsets() throws IOException {
    List<Long> found = new ArrayList<>();
    ArchiveReader reader = new ArchiveReader(archive);
    reader.read(
        reader.allObjects(),
        new ArchiveReader.Findings() {
          @Override
          public void record(ArchivedRecord record) {
            found.add(record.offset());
          }

          @Override
          public void broken(BrokenObject object) {
            throw new AssertionError(object.toString());
          }
        });
    found.sort(null);
    return found;
  }
}
