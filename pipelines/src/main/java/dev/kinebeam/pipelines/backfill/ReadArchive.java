package dev.kinebeam.pipelines.backfill;

import static org.apache.beam.sdk.transforms.windowing.TimestampCombiner.EARLIEST;

import dev.kinebeam.eventarchive.ArchiveObject;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.NullableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.Compression;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.FileIO.ReadableFile;
import org.apache.beam.sdk.io.ReadableFileCoder;
import org.apache.beam.sdk.io.fs.MetadataCoder;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaRecordCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Reads objects of the archive as the records of Kafka that they hold, each record once, however
 * many objects hold it. A worker reads the objects of one partition and hour at a time, which alone
 * can hold the same records. An object that cannot be read to its end is counted by name, and what
 * can be read of it is emitted.
 */
final class ReadArchive extends PTransform<PBegin, PCollection<KafkaRecord<byte[], byte[]>>> {
  private static final NullableCoder<byte[]> BYTES = NullableCoder.of(ByteArrayCoder.of());

  private final ArchiveLocation archive;
  private final List<ArchiveObject> objects;

  private ReadArchive(ArchiveLocation archive, List<ArchiveObject> objects) {
    this.archive = archive;
    this.objects = objects;
  }

  static ReadArchive of(ArchiveLocation archive, List<ArchiveObject> objects) {
    return new ReadArchive(archive, objects);
  }

  @Override
  public PCollection<KafkaRecord<byte[], byte[]>> expand(PBegin begin) {
    return begin
        .apply(
            "List objects",
            Create.of(objects.stream().map(archive::file).toList()).withCoder(MetadataCoder.of()))
        .apply("Open objects", FileIO.readMatches().withCompression(Compression.UNCOMPRESSED))
        .apply("Key by partition and hour", ParDo.of(new KeyByHourFn(archive)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), ReadableFileCoder.of()))
        // As old as the oldest time, since records of all times come out of a group.
        .apply(
            "Time of groups",
            Window.<KV<String, ReadableFile>>configure().withTimestampCombiner(EARLIEST))
        .apply("Objects of one hour together", GroupByKey.create())
        .apply("Read records", ParDo.of(new ReadHourFn(archive)))
        .setCoder(KafkaRecordCoder.of(BYTES, BYTES));
  }
}
