package dev.kinebeam.eventarchive.writer;

import dev.kinebeam.eventarchive.ArchiveHorizon;
import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.ArchivedRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the archiver's thread does: read, buffer, store, commit. */
final class ArchiveLoop {
  private static final Logger LOG = LoggerFactory.getLogger(ArchiveLoop.class);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
  private static final Duration ASK = Duration.ofSeconds(5);
  private static final Duration LAST_CHANCE = Duration.ofSeconds(10);

  private final ArchiveSettings settings;
  private final ArchiveStore archive;
  private final ArchiveHorizon horizon;
  private final Consumer<byte[], byte[]> consumer;
  private final Map<TopicPartition, Lane> lanes = new HashMap<>();
  private final AtomicReference<Drain> drain = new AtomicReference<>();
  private Instant nextLook = Instant.MIN;
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

  /** A wish that all be stored which lay in the topic when the wish was heard. */
  private static final class Drain {
    private final CompletableFuture<Void> done = new CompletableFuture<>();
    private Map<TopicPartition, Long> ends;
  }

  void run() throws IOException {
    try (consumer) {
      consumer.subscribe(List.of(settings.topic()), new Sharing());
      while (!stopping) {
        read();
        look();
        advanceAll(Instant.now());
        settleDrain();
        noteStored();
      }
      finish();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void read() throws IOException {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
      Lane lane = lanes.get(new TopicPartition(record.topic(), record.partition()));
      lane.buffer.add(
          new ArchivedRecord(
              record.partition(),
              record.offset(),
              record.timestamp(),
              record.key(),
              record.value()),
          Instant.now());
    }
  }

  /** Looks up the ends of the partitions now and then, to know how far reading has come. */
  private void look() {
    Instant now = Instant.now();
    try {
      if (!lanes.isEmpty() && !now.isBefore(nextLook)) {
        nextLook = now.plus(LOOK_EVERY);
        Map<TopicPartition, Long> ends = consumer.endOffsets(lanes.keySet(), ASK);
        ends.forEach(
            (partition, end) -> {
              if (lanes.get(partition).reach.wantsLook()) {
                lanes.get(partition).reach.look(now, end);
              }
            });
      }
      for (Map.Entry<TopicPartition, Lane> lane : lanes.entrySet()) {
        lane.getValue().position = consumer.position(lane.getKey(), ASK);
        lane.getValue().reach.readTo(lane.getValue().position);
      }
    } catch (RetriableException e) {
      // The archiver's watch over Kafka reports the outage, once.
      LOG.debug("Kafka does not answer with its ends now", e);
    }
  }

  /** For those who watch from another thread. */
  private void noteStored() {
    Map<Integer, Instant> now = new HashMap<>();
    lanes.forEach((partition, lane) -> now.put(partition.partition(), lane.reach.told()));
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
    for (Map.Entry<TopicPartition, Lane> entry : lanes.entrySet()) {
      Lane lane = entry.getValue();
      boolean due =
          lane.buffer.isDue(now, settings.flushBytes(), settings.flushAfter())
              || (isDrained(entry.getKey(), lane) && !lane.buffer.isEmpty());
      if (lane.upload == null && due) {
        lane.upload = lane.buffer.seal();
      }
      if (lane.upload != null && lane.upload.mayBeTried(now)) {
        advance(entry.getKey(), lane);
      } else if (lane.isIdle()
          && (drain.get() != null
              || lane.reach.told().plus(settings.flushAfter()).isBefore(lane.reach.reached()))) {
        tellHorizon(entry.getKey(), lane);
      }
    }
  }

  /** Stores and commits; on failure the partition is paused and tried again later. */
  private void advance(TopicPartition partition, Lane lane) throws IOException {
    Upload upload = lane.upload;
    try {
      upload.store(archive);
      consumer.commitSync(Map.of(partition, new OffsetAndMetadata(upload.nextOffset())), ASK);
    } catch (CommitFailedException | RebalanceInProgressException e) {
      LOG.warn("{} was assigned to another archiver, which stores it again", partition);
    } catch (IOException | RetriableException e) {
      consumer.pause(List.of(partition));
      Duration pause = upload.postpone(Instant.now());
      LOG.warn(
          "{} waits {} s at offset {}: {}",
          partition,
          pause.toSeconds(),
          upload.nextOffset(),
          e.getMessage());
      return;
    }
    lane.upload = null;
    consumer.resume(List.of(partition));
    count(partition, upload);
    tellHorizon(partition, lane);
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
  private void tellHorizon(TopicPartition partition, Lane lane) {
    Instant reached = lane.reach.reached();
    Instant now = Instant.now();
    if (!lane.isIdle() || !reached.isAfter(lane.reach.told()) || !lane.telling.mayBeTried(now)) {
      return;
    }
    try {
      horizon.reached(partition.partition(), reached);
      lane.reach.tell(reached);
      lane.telling.reset();
    } catch (IOException e) {
      Duration pause = lane.telling.postpone(now);
      LOG.warn(
          "the horizon of {} is recorded in {} s: {}",
          partition,
          pause.toSeconds(),
          e.getMessage());
    }
  }

  private void finish() throws IOException {
    Instant last = Instant.now().plus(LAST_CHANCE);
    for (Map.Entry<TopicPartition, Lane> entry : lanes.entrySet()) {
      if (Instant.now().isBefore(last)) {
        release(entry.getKey(), entry.getValue());
      } else {
        entry.getValue().forget();
      }
    }
    lanes.clear();
  }

  /** Stores what is buffered if that can be done at once, else leaves it to be read again. */
  private void release(TopicPartition partition, Lane lane) throws IOException {
    if (lane.upload != null) {
      advance(partition, lane);
    }
    if (lane.upload == null && !lane.buffer.isEmpty()) {
      lane.upload = lane.buffer.seal();
      advance(partition, lane);
    }
    lane.forget();
  }

  /** Partitions come and go with the group's members. */
  private final class Sharing implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      partitions.forEach(p -> lanes.put(p, new Lane(p.partition(), settings.spool())));
      nextLook = Instant.MIN;
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
          Lane lane = lanes.remove(partition);
          if (lane != null && stillOurs) {
            release(partition, lane);
          } else if (lane != null) {
            lane.forget();
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

  /** Completes once all is stored that lies in the topic now; one wish is served for all. */
  CompletableFuture<Void> drain() {
    Drain wish = new Drain();
    Drain before = drain.getAndSet(wish);
    return before == null
        ? wish.done
        : CompletableFuture.allOf(wish.done, wish.done.thenRun(() -> before.done.complete(null)));
  }

  void failDrain(Exception reason) {
    Drain wish = drain.getAndSet(null);
    if (wish != null) {
      wish.done.completeExceptionally(reason);
    }
  }

  private boolean isDrained(TopicPartition partition, Lane lane) {
    Drain wish = drain.get();
    return wish != null
        && wish.ends != null
        && lane.position >= wish.ends.getOrDefault(partition, 0L);
  }

  /** A partition that has just come has an end too, and the wish is for it as well. */
  private void askEndsAgain() {
    Drain wish = drain.get();
    if (wish != null) {
      wish.ends = null;
    }
  }

  private void settleDrain() {
    Drain wish = drain.get();
    if (wish == null || lanes.isEmpty()) {
      return;
    }
    try {
      if (wish.ends == null) {
        Instant now = Instant.now();
        wish.ends = consumer.endOffsets(lanes.keySet(), ASK);
        wish.ends.forEach((partition, end) -> lanes.get(partition).reach.look(now, end));
        return;
      }
      boolean allStored =
          lanes.entrySet().stream()
              .allMatch(e -> isDrained(e.getKey(), e.getValue()) && e.getValue().isIdle());
      if (!allStored) {
        return;
      }
      lanes.forEach(this::tellHorizon);
      // A backfill goes by the horizon, so what is not told is not done.
      if (lanes.values().stream().allMatch(Lane::isTold)) {
        drain.compareAndSet(wish, null);
        wish.done.complete(null);
      }
    } catch (KafkaException e) {
      LOG.warn(
          "{} cannot be asked how far they go: {}",
          lanes.keySet().stream().map(TopicPartition::toString).collect(Collectors.joining(", ")),
          e.getMessage());
    }
  }
}
