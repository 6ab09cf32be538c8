package dev.kinebeam.eventarchive.writer;

import dev.kinebeam.eventarchive.ArchiveHorizon;
import dev.kinebeam.eventarchive.ArchiveObject;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.program.kafka.KafkaGroup;
import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies every record of a topic into hourly objects, in a thread of its own. An offset is
 * committed only once everything before it is stored, so no record is ever lost; records that are
 * read again after a crash are stored again under a name that states their offsets, and readers
 * return each once. While the object store is unavailable the partitions are paused and nothing
 * more is buffered; the topic keeps it. Several archivers of one group share the partitions.
 */
public final class Archiver implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Archiver.class);
  private static final Duration CLOSE = Duration.ofSeconds(30);

  /** Partitions that are added to the topic are shared out within this time. */
  private static final Duration PARTITIONS_KNOWN_FOR = Duration.ofSeconds(10);

  private final ArchiveLoop loop;
  private final CompletableFuture<Void> end = new CompletableFuture<>();
  private final Thread thread;
  private final List<AutoCloseable> watched;

  /** What has been stored since the start. */
  public record Progress(long records, long objects, long bytes) {}

  private Archiver(ArchiveLoop loop, List<AutoCloseable> watched) {
    this.loop = loop;
    this.watched = watched;
    this.thread = new Thread(this::run, "archiver");
  }

  /**
   * Begins to archive. Kafka need not be up.
   *
   * @param archive belongs to the caller, who closes it after the archiver
   * @throws IOException when the archive refuses to be asked, or there is no place to buffer
   */
  public static Archiver start(ArchiveSettings settings, ArchiveStore archive) throws IOException {
    try {
      archive.list(ArchiveObject.ROOT + "horizon/");
    } catch (ObjectStoreException.Unavailable later) {
      LOG.warn("the archive does not answer yet: {}", later.getMessage());
    }
    Files.createDirectories(settings.spool());
    ArchiveLoop loop =
        new ArchiveLoop(settings, archive, new ArchiveHorizon(archive), consumer(settings));
    Archiver archiver =
        new Archiver(
            loop,
            List.of(
                new KafkaGroup(settings.kafka(), settings.topic(), settings.group()).watch(),
                archive.watch(Dependencies.PROCESS, "storing of " + settings.topic()),
                ArchiveMetrics.export(loop, Metrics.PROCESS)));
    archiver.thread.setDaemon(true);
    archiver.thread.start();
    return archiver;
  }

  private static KafkaConsumer<byte[], byte[]> consumer(ArchiveSettings settings) {
    return settings
        .kafka()
        .consumer(
            Map.of(
                ConsumerConfig.GROUP_ID_CONFIG,
                settings.group(),
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.METADATA_MAX_AGE_CONFIG,
                PARTITIONS_KNOWN_FOR.toMillis(),
                ConsumerConfig.MAX_POLL_RECORDS_CONFIG,
                5000,
                ConsumerConfig.FETCH_MAX_BYTES_CONFIG,
                16 << 20));
  }

  /** Whatever ends the thread, also an {@link Error}, is passed to whoever waits. */
  private void run() {
    try {
      loop.run();
      end.complete(null);
      loop.failDrain(new IOException("the archiver was closed"));
    } catch (Throwable e) {
      LOG.error("the archiver has ended: {}", e.getMessage(), e);
      end.completeExceptionally(e);
      loop.failDrain(e);
    }
  }

  /** What has been stored since the start. */
  public Progress progress() {
    return loop.progress();
  }

  /**
   * Stores everything that lies in the topic at the moment of the call, without waiting for objects
   * to fill.
   *
   * @throws IOException when it is not done within the limit, or the archiver has ended
   */
  public void archiveUpToNow(Duration limit) throws IOException {
    CompletableFuture<Void> done = loop.drain();
    if (end.isDone()) {
      throw new IOException("the archiver has ended; see its log");
    }
    await(done, limit, "the topic was not archived within " + limit);
  }

  /** Returns when the archiver was closed; throws when it ended by itself. */
  public void awaitEnd() throws IOException {
    await(end, Duration.ofDays(365_000), "the archiver did not end");
  }

  private void unwatch() {
    for (AutoCloseable one : watched) {
      try {
        one.close();
      } catch (Exception e) { // what AutoCloseable declares; ours throw nothing
        throw new IllegalStateException(e);
      }
    }
  }

  private static void await(CompletableFuture<Void> done, Duration limit, String otherwise)
      throws IOException {
    try {
      done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new IOException("the archiver failed: " + cause.getMessage(), cause);
    } catch (TimeoutException e) {
      throw new IOException(otherwise + "; see the log for what it waits for", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while the archiver was at work", e);
    }
  }

  /** Stores what is buffered, as far as the store answers; the rest is read again next time. */
  @Override
  public void close() {
    loop.stop();
    unwatch();
    try {
      thread.join(CLOSE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
