package dev.kinebeam.eventarchive.writer;

import dev.kinebeam.eventarchive.ArchiveLine;
import dev.kinebeam.eventarchive.ArchiveObject;
import dev.kinebeam.eventarchive.ArchivedRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.zip.GZIPOutputStream;

/** Records of one partition and hour on their way to one object, compressed in a file. */
final class HourPart {
  private final Instant hour;
  private final int partition;
  private final Path file;
  private final OutputStream out;
  private long first = -1;
  private long last = -1;

  /** A part that is written to its end. */
  record Sealed(ArchiveObject object, Path file) {}

  HourPart(Instant hour, int partition, Path folder) throws IOException {
    this.hour = hour;
    this.partition = partition;
    this.file = Files.createTempFile(folder, "part-" + partition + "-", ".ndjson.gz");
    this.out = new GZIPOutputStream(Files.newOutputStream(file), 1 << 15);
  }

  /** Appends a record and returns how many bytes its line has. */
  int add(ArchivedRecord record) throws IOException {
    byte[] line = ArchiveLine.encode(record);
    out.write(line);
    out.write('\n');
    first = first < 0 ? record.offset() : first;
    last = record.offset();
    return line.length + 1;
  }

  Sealed seal() throws IOException {
    out.close();
    return new Sealed(ArchiveObject.of(hour, partition, first, last, Files.size(file)), file);
  }

  void discard() throws IOException {
    out.close();
    Files.deleteIfExists(file);
  }
}
