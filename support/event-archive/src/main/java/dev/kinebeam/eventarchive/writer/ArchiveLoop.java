package dev.kinebeam.eventarchive.writer;

import dev.kinebeam.eventarchive.ArchiveHorizon;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.ArchivedRecord;
import dev.kinebeam.program.retry.RetryPolicy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.errors.RetriableException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the archiver's thread does: read, buffer, store, commit. */
final class ArchiveLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ArchiveLoop.class);

  /** Of uploads and of the horizon, which are tried until they succeed. */
  static final RetryPolicy RETRIES =
      RetryPolicy.doubling(Duration.ofSeconds(1), Duration.ofSeconds(30));

  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration END_OFFSETS_EVERY = Duration.ofSeconds(5);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration FINAL_UPLOAD_TIMEOUT = Duration.ofSeconds(10);

  private final ArchiveSettings settings;
  private final ArchiveStore archive;
  private final ArchiveHorizon horizon;
  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, AssignedPartition> assignedPartitions = new HashMap<>();
  private final AtomicReference<Drain> pendingDrain = new AtomicReference<>();
  private Instant nextEndOffsets = Instant.MIN;
  private volatile boolean stopping;
  private volatile Map<Integer, Instant> stored = Map.of();
  private volatile Archiver.Progress progress = new Archiver.Progress(0, 0, 0);

  ArchiveLoop(
      ArchiveSettings settings,
      ArchiveStore archive,
      ArchiveHorizon horizon,
      Consumer<byte[], byte[]> consumer) {
    this.settings = settings;
    this.archive = archive;
    this.horizon = horizon;
    this.consumer = consumer;
  }

  /** A request to store everything that is in the topic when the request is handled. */
  private static final class Drain {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private @Nullable Map<TopicPartition, Long> ends;
  }

  void run() throws IOException {
    try (consumer) {
      consumer.subscribe(List.of(settings.topic()), new Sharing());
      while (!stopping) {
        read();
        updateReadProgress();
        advanceAll(Instant.now());
        settleDrain();
        publishStored();
      }
      finish();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void read() throws IOException {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      AssignedPartition assigned = assigned(new TopicPartition(record.topic(), record.partition()));
      assigned.buffer.add(
          new ArchivedRecord(
              record.partition(),
              record.offset(),
              record.timestamp(),
              record.key(),
              record.value()),
          Instant.now());
    }
  }

  /** The consumer returns records and ends of its own partitions only. */
  private AssignedPartition assigned(TopicPartition partition) {
    return Objects.requireNonNull(
        assignedPartitions.get(partition), () -> partition + " is not assigned to this archiver");
  }

  /** Looks up the ends of the assignedPartitions now and then, to know how far reading has come. */
  private void updateReadProgress() {
    Instant now = Instant.now();
    try {
      if (!assignedPartitions.isEmpty() && !now.isBefore(nextEndOffsets)) {
        nextEndOffsets = now.plus(END_OFFSETS_EVERY);
        Map<TopicPartition, Long> ends =
            consumer.endOffsets(assignedPartitions.keySet(), REQUEST_TIMEOUT);
        ends.forEach(
            (partition, end) -> {
              ReadProgress readProgress = assigned(partition).readProgress;
              if (readProgress.needsEndOffset()) {
                readProgress.setEndOffset(now, end);
              }
            });
      }
      for (Map.Entry<TopicPartition, AssignedPartition> assigned : assignedPartitions.entrySet()) {
        assigned.getValue().position = consumer.position(assigned.getKey(), REQUEST_TIMEOUT);
        assigned.getValue().readProgress.readTo(assigned.getValue().position);
      }
    } catch (RetriableException e) {
      // The archiver's watch over Kafka reports the outage, once.
      LOG.debug("Kafka does not answer with its ends now", e);
    }
  }

  /** For those who watch from another thread. */
  private void publishStored() {
    Map<Integer, Instant> now = new HashMap<>();
    assignedPartitions.forEach(
        (partition, assigned) -> now.put(partition.partition(), assigned.readProgress.recorded()));
    stored = now;
  }

  /**
   * Up to when each partition that is this archiver's is stored, as the horizon has it; {@link
   * Instant#MIN} before its first entry.
   */
  Map<Integer, Instant> stored() {
    return stored;
  }

  private void advanceAll(Instant now) throws IOException {
    for (Map.Entry<TopicPartition, AssignedPartition> entry : assignedPartitions.entrySet()) {
      AssignedPartition assigned = entry.getValue();
      boolean due =
          assigned.buffer.isDue(now, settings.flushBytes(), settings.flushAfter())
              || (isDrained(entry.getKey(), assigned) && !assigned.buffer.isEmpty());
      if (assigned.upload == null && due) {
        assigned.upload = assigned.buffer.seal();
      }
      if (assigned.upload != null && assigned.upload.isDue(now)) {
        advance(entry.getKey(), assigned, assigned.upload);
      } else if (assigned.isIdle()
          && (pendingDrain.get() != null
              || assigned
                  .readProgress
                  .recorded()
                  .plus(settings.flushAfter())
                  .isBefore(assigned.readProgress.reached()))) {
        recordHorizon(entry.getKey(), assigned);
      }
    }
  }

  /** Stores and commits; on failure the partition is paused and tried again later. */
  private void advance(TopicPartition partition, AssignedPartition assigned, Upload upload)
      throws IOException {
    try {
      upload.store(archive);
      consumer.commitSync(
          Map.of(partition, new OffsetAndMetadata(upload.nextOffset())), REQUEST_TIMEOUT);
    } catch (CommitFailedException | RebalanceInProgressException e) {
      LOG.warn("{} was assigned to another archiver, which stores it again", partition);
    } catch (IOException | RetriableException e) {
      consumer.pause(List.of(partition));
      Duration pause = upload.failed(Instant.now());
      LOG.warn(
          "{} waits {} ms at offset {}: {}",
          partition,
          pause.toMillis(),
          upload.nextOffset(),
          e.getMessage());
      return;
    }
    assigned.upload = null;
    consumer.resume(List.of(partition));
    count(partition, upload);
    recordHorizon(partition, assigned);
  }

  private void count(TopicPartition partition, Upload upload) {
    Archiver.Progress before = progress;
    progress =
        new Archiver.Progress(
            before.records() + upload.records(),
            before.objects() + upload.objects(),
            before.bytes() + upload.bytes());
    LOG.info(
        "{} is archived up to offset {}: {} records, {} objects, {} bytes",
        partition,
        upload.nextOffset(),
        upload.records(),
        upload.objects(),
        upload.bytes());
  }

  /** Only of use when the partition is stored as far as it has been read. */
  private void recordHorizon(TopicPartition partition, AssignedPartition assigned) {
    Instant reached = assigned.readProgress.reached();
    Instant now = Instant.now();
    if (!assigned.isIdle()
        || !reached.isAfter(assigned.readProgress.recorded())
        || !assigned.horizonSchedule.isDue(now)) {
      return;
    }
    try {
      horizon.reached(partition.partition(), reached);
      assigned.readProgress.record(reached);
      assigned.horizonSchedule.succeeded();
    } catch (IOException e) {
      Duration pause = assigned.horizonSchedule.failed(now);
      LOG.warn(
          "the horizon of {} is recorded in {} ms: {}",
          partition,
          pause.toMillis(),
          e.getMessage());
    }
  }

  private void finish() throws IOException {
    Instant last = Instant.now().plus(FINAL_UPLOAD_TIMEOUT);
    for (Map.Entry<TopicPartition, AssignedPartition> entry : assignedPartitions.entrySet()) {
      if (Instant.now().isBefore(last)) {
        release(entry.getKey(), entry.getValue());
      } else {
        entry.getValue().forget();
      }
    }
    assignedPartitions.clear();
  }

  /** Stores what is buffered if that can be done at once, else leaves it to be read again. */
  private void release(TopicPartition partition, AssignedPartition assigned) throws IOException {
    if (assigned.upload != null) {
      advance(partition, assigned, assigned.upload);
    }
    if (assigned.upload == null && !assigned.buffer.isEmpty()) {
      assigned.upload = assigned.buffer.seal();
      advance(partition, assigned, assigned.upload);
    }
    assigned.forget();
  }

  /** Partitions come and go with the group's members. */
  private final class Sharing implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      partitions.forEach(
          p -> assignedPartitions.put(p, new AssignedPartition(p.partition(), settings.spool())));
      nextEndOffsets = Instant.MIN;
      askEndsAgain();
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      leave(partitions, true);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      leave(partitions, false);
    }

    private void leave(Collection<TopicPartition> partitions, boolean stillOurs) {
      try {
        for (TopicPartition partition : partitions) {
          AssignedPartition assigned = assignedPartitions.remove(partition);
          if (assigned != null && stillOurs) {
            release(partition, assigned);
          } else if (assigned != null) {
            assigned.forget();
          }
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  Archiver.Progress progress() {
    return progress;
  }

  void stop() {
    stopping = true;
  }

  /**
   * Completes once all is stored that lies in the topic now; concurrent requests share one drain.
   */
  CompletableFuture<Void> drain() {
    Drain drain = new Drain();
    Drain before = pendingDrain.getAndSet(drain);
    return before == null
        ? drain.done
        : CompletableFuture.allOf(drain.done, drain.done.thenRun(() -> before.done.complete(null)));
  }

  void failDrain(Throwable reason) {
    Drain drain = pendingDrain.getAndSet(null);
    if (drain != null) {
      drain.done.completeExceptionally(reason);
    }
  }

  private boolean isDrained(TopicPartition partition, AssignedPartition assigned) {
    Drain drain = pendingDrain.get();
    Map<TopicPartition, Long> ends = drain == null ? null : drain.ends;
    return ends != null && assigned.position >= ends.getOrDefault(partition, 0L);
  }

  /** A partition that has just come has an end too, and it must be stored too. */
  private void askEndsAgain() {
    Drain drain = pendingDrain.get();
    if (drain != null) {
      drain.ends = null;
    }
  }

  private void settleDrain() {
    Drain drain = pendingDrain.get();
    if (drain == null || assignedPartitions.isEmpty()) {
      return;
    }
    try {
      if (drain.ends == null) {
        Instant now = Instant.now();
        Map<TopicPartition, Long> ends =
            consumer.endOffsets(assignedPartitions.keySet(), REQUEST_TIMEOUT);
        drain.ends = ends;
        ends.forEach((partition, end) -> assigned(partition).readProgress.setEndOffset(now, end));
        return;
      }
      boolean allStored =
          assignedPartitions.entrySet().stream()
              .allMatch(e -> isDrained(e.getKey(), e.getValue()) && e.getValue().isIdle());
      if (!allStored) {
        return;
      }
      assignedPartitions.forEach(this::recordHorizon);
      // A backfill reads up to the horizon, so what is not recorded is not done.
      if (assignedPartitions.values().stream().allMatch(AssignedPartition::isHorizonRecorded)) {
        pendingDrain.compareAndSet(drain, null);
        drain.done.complete(null);
      }
    } catch (KafkaException e) {
      LOG.warn(
          "the end offsets of {} cannot be read: {}",
          assignedPartitions.keySet().stream()
              .map(TopicPartition::toString)
              .collect(Collectors.joining(", ")),
          e.getMessage());
    }
  }
}
