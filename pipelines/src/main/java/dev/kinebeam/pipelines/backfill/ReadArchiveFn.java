package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.eventarchive.ArchiveReader;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.ArchivedRecord;
import dev.kinebeam.eventarchive.BrokenObject;
import dev.kinebeam.schemas.Topics;
import java.io.IOException;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.joda.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads one piece of the archive as the records of Kafka that they were. */
final class ReadArchiveFn extends DoFn<ArchivePiece, KafkaRecord<byte[], byte[]>> {
  private static final Logger LOG = LoggerFactory.getLogger(ReadArchiveFn.class);

  private final ArchiveLocation place;
  private transient ArchiveStore archive;

  ReadArchiveFn(ArchiveLocation place) {
    this.place = place;
  }

  @Setup
  public void setup() {
    archive = place.open();
  }

  @ProcessElement
  public void process(
      @Element ArchivePiece piece, OutputReceiver<KafkaRecord<byte[], byte[]>> records)
      throws IOException {
    new ArchiveReader(archive)
        .read(
            piece.objects(),
            new ArchiveReader.Findings() {
              @Override
              public void record(ArchivedRecord record) {
                BackfillCounters.counter(BackfillCounters.RECORDS).inc();
                records.outputWithTimestamp(asRead(record), timeOf(record));
              }

              @Override
              public void broken(BrokenObject object) {
                LOG.warn("broken object {}", object);
                BackfillCounters.counter(BackfillCounters.BROKEN + object).inc();
              }
            });
    BackfillCounters.counter(BackfillCounters.OBJECTS).inc(piece.keys().size());
  }

  private static KafkaRecord<byte[], byte[]> asRead(ArchivedRecord record) {
    return new KafkaRecord<>(
        Topics.MEDIA_EVENTS,
        record.partition(),
        record.offset(),
        record.timestampMs(),
        KafkaTimestampType.CREATE_TIME,
        new RecordHeaders(),
        record.key(),
        record.value());
  }

  /** As the stream takes it: a record from the future counts as of now. */
  private static Instant timeOf(ArchivedRecord record) {
    return Instant.ofEpochMilli(Math.min(record.timestampMs(), Instant.now().getMillis()));
  }

  @Teardown
  public void teardown() {
    if (archive != null) {
      archive.close();
    }
  }
}
