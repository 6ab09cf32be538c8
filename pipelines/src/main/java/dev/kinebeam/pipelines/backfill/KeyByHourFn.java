package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.eventarchive.ArchiveObject;
import org.apache.beam.sdk.io.FileIO.ReadableFile;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;

/** Keys the archive's objects by partition and hour: within those they may overlap. */
final class KeyByHourFn extends DoFn<ReadableFile, KV<String, ReadableFile>> {
  private final ArchiveLocation archive;

  KeyByHourFn(ArchiveLocation archive) {
    this.archive = archive;
  }

  @ProcessElement
  public void process(
      @Element ReadableFile file, OutputReceiver<KV<String, ReadableFile>> objects) {
    ArchiveObject object = archive.object(file);
    objects.output(KV.of(object.hour() + " " + object.partition(), file));
  }
}
