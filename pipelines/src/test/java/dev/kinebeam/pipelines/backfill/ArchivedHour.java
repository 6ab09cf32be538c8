package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.eventarchive.ArchiveLine;
import dev.kinebeam.eventarchive.ArchiveObject;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.ArchivedRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** An object of the archive as the archiver writes it. */
final class ArchivedHour {
  private ArchivedHour() {}

  /** Puts one object of partition 0 with these records, in the hour of the first. */
  static void put(ArchiveStore archive, List<ArchivedRecord> records) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      for (ArchivedRecord record : records) {
        out.write(ArchiveLine.encode(record));
        out.write('\n');
      }
    }
    long first = records.get(0).offset();
    long last = records.get(records.size() - 1).offset();
    Instant hour = ArchiveObject.hourOf(records.get(0).timestampMs());
    archive.put(ArchiveObject.of(hour, 0, first, last, 0).key(), bytes.toByteArray());
  }
}
