package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.beam.files.WholeFile;
import dev.kinebeam.eventarchive.ArchiveObject;
import dev.kinebeam.eventarchive.ArchiveReader;
import dev.kinebeam.eventarchive.ArchivedRecord;
import dev.kinebeam.eventarchive.BrokenObject;
import dev.kinebeam.schemas.Topics;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.io.FileIO.ReadableFile;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.joda.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the objects of one partition and hour as the records of Kafka that they were. */
final class ReadHourFn
    extends DoFn<KV<String, Iterable<ReadableFile>>, KafkaRecord<byte[], byte[]>> {
  private static final Logger LOG = LoggerFactory.getLogger(ReadHourFn.class);

  /** The archiver closes an object at 64 MiB by default. */
  private static final long LARGEST_OBJECT = 512L << 20;

  private final ArchiveLocation archive;

  ReadHourFn(ArchiveLocation archive) {
    this.archive = archive;
  }

  @ProcessElement
  public void process(
      @Element KV<String, Iterable<ReadableFile>> hour,
      PipelineOptions options,
      OutputReceiver<KafkaRecord<byte[], byte[]>> records)
      throws IOException {
    // Beam has one set of file systems in a JVM, and another job may have put its own in place.
    FileSystems.setDefaultPipelineOptions(options);
    List<ArchiveObject> objects = new ArrayList<>();
    Map<ArchiveObject, ReadableFile> files = new HashMap<>();
    for (ReadableFile file : hour.getValue()) {
      ArchiveObject object = archive.object(file);
      objects.add(object);
      files.put(object, file);
    }
    ArchiveReader.read(
        objects,
        object -> content(files.get(object)),
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
    BackfillCounters.counter(BackfillCounters.OBJECTS).inc(objects.size());
  }

  private static Optional<byte[]> content(ReadableFile file) throws IOException {
    long bytes = file.getMetadata().sizeBytes();
    if (bytes > LARGEST_OBJECT) {
      throw new IOException(
          "%s has %d bytes; an object of the archive has at most %d"
              .formatted(file.getMetadata().resourceId(), bytes, LARGEST_OBJECT));
    }
    return WholeFile.read(file);
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
}
