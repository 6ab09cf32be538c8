package dev.kinebeam.eventarchive.writer;

import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.schemas.Topics;
import java.nio.file.Path;
import java.time.Duration;

/**
 * What the archiver reads and how large its objects become.
 *
 * @param group commits its offsets once what lies before them is stored
 * @param flushBytes a partition's buffered records are stored when they have this many bytes
 * @param flushAfter and at the latest when the first of them has waited this long
 * @param spool where buffered records wait, compressed; nothing in it need outlive the process
 */
public record ArchiveSettings(
    KafkaSettings kafka,
    String topic,
    String group,
    long flushBytes,
    Duration flushAfter,
    Path spool) {
  private static final long FLUSH_BYTES = 64L << 20;
  private static final Duration FLUSH_AFTER = Duration.ofMinutes(5);

  /** Media events, stored every five minutes or 64 MB. */
  public static ArchiveSettings of(KafkaSettings kafka, Path spool) {
    return new ArchiveSettings(
        kafka, Topics.MEDIA_EVENTS, "archive", FLUSH_BYTES, FLUSH_AFTER, spool);
  }

  /** The same with other limits. */
  public ArchiveSettings flushing(long bytes, Duration after) {
    return new ArchiveSettings(kafka, topic, group, bytes, after, spool);
  }
}
