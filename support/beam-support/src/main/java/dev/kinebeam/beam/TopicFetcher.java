package dev.kinebeam.beam;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Fetches the records of some partitions on a thread of its own, which is the only one that touches
 * the consumer. More partitions can be added at any time.
 */
final class TopicFetcher implements AutoCloseable {
  /** Where reading of a partition begins. */
  interface Begin {
    void seek(Consumer<byte[], byte[]> consumer, TopicPartition partition);

    /** Where the group has committed, or the beginning. */
    static Begin committed() {
      return (consumer, partition) -> {};
    }

    /** The oldest record. */
    static Begin oldest() {
      return (consumer, partition) -> consumer.seekToBeginning(List.of(partition));
    }

    static Begin at(long offset) {
      return (consumer, partition) -> consumer.seek(partition, offset);
    }
  }

  /**
   * The ends of all partitions at one moment.
   *
   * @param at before the brokers were asked
   * @param ends by partition
   * @param positions of the consumer, by partition: of the record that it fetches next
   * @param batches that were fetched before
   */
  record EndOffsets(
      Instant at, Map<Integer, Long> ends, Map<Integer, Long> positions, long batches) {}

  private static final Logger LOG = LoggerFactory.getLogger(TopicFetcher.class);
  private static final int BATCHES_AHEAD = 4;
  private static final Duration POLL = Duration.ofMillis(500);
  private static final Duration OFFER = Duration.ofMillis(100);
  private static final Duration END_OFFSETS_INTERVAL = Duration.ofSeconds(1);
  private static final Duration WARN_EVERY = Duration.ofSeconds(30);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(5);
  private static final Duration CLOSE_WITHIN = Duration.ofSeconds(10);

  private final String name;
  private final Consumer<byte[], byte[]> consumer;
  private final Thread thread;
  private final Queue<Map<TopicPartition, Begin>> additions = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<ConsumerRecords<byte[], byte[]>> ready =
      new ArrayBlockingQueue<>(BATCHES_AHEAD);
  private final Map<Integer, Long> beginnings = new ConcurrentHashMap<>();
  private final AtomicReference<Map<TopicPartition, OffsetAndMetadata>> toCommit =
      new AtomicReference<>();
  private final Set<TopicPartition> unplaced = new HashSet<>();
  private long batches;
  private Instant nextEndOffsets = Instant.MIN;
  private Instant nextWarning = Instant.MIN;
  private volatile EndOffsets endOffsets = new EndOffsets(Instant.EPOCH, Map.of(), Map.of(), 0);
  private volatile RuntimeException failure;
  private volatile boolean stopping;

  private TopicFetcher(String name, Consumer<byte[], byte[]> consumer) {
    this.name = name;
    this.consumer = consumer;
    this.thread = new Thread(this::run, "feed-" + name);
    thread.setDaemon(true);
  }

  /** Reads these partitions; the consumer is closed with the feed. */
  static TopicFetcher start(
      String name, Consumer<byte[], byte[]> consumer, Map<TopicPartition, Begin> partitions) {
    TopicFetcher fetcher = new TopicFetcher(name, consumer);
    fetcher.add(partitions);
    fetcher.thread.start();
    return fetcher;
  }

  /** Reads these partitions too. */
  void add(Map<TopicPartition, Begin> partitions) {
    additions.add(Map.copyOf(partitions));
  }

  /**
   * The next records, if some are there at this moment.
   *
   * @throws RuntimeException what has ended the thread
   */
  Optional<ConsumerRecords<byte[], byte[]>> next() {
    ConsumerRecords<byte[], byte[]> records = ready.poll();
    if (records == null && failure != null) {
      throw failure;
    }
    return Optional.ofNullable(records);
  }

  /** The first offset that was read of a partition, or will be; empty while Kafka is asked. */
  OptionalLong beginning(int partition) {
    Long offset = beginnings.get(partition);
    return offset == null ? OptionalLong.empty() : OptionalLong.of(offset);
  }

  /** The newest look at the ends. */
  EndOffsets endOffsets() {
    return endOffsets;
  }

  /** Commits the group's offsets soon; a newer call replaces one that waits. */
  void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
    toCommit.set(offsets);
  }

  @SuppressWarnings("CatchingUnchecked") // whatever ends the thread is thrown to the reader
  private void run() {
    try (consumer) {
      ConsumerRecords<byte[], byte[]> fetched = ConsumerRecords.empty();
      while (!stopping) {
        addPartitions();
        readEndOffsets();
        commitNow();
        if (fetched.isEmpty()) {
          fetched = fetch();
        }
        if (!fetched.isEmpty() && ready.offer(fetched, OFFER.toMillis(), TimeUnit.MILLISECONDS)) {
          fetched = ConsumerRecords.empty();
        }
      }
    } catch (WakeupException closing) {
      LOG.debug("{} ends", name);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      failure = e;
    } catch (Error e) {
      // Memory, or a class that is missing: the job has to restart, not to wait for ever.
      failure = new KafkaException("the thread of " + name + " ended: " + e, e);
    }
  }

  private void addPartitions() {
    for (Map<TopicPartition, Begin> more = additions.poll();
        more != null;
        more = additions.poll()) {
      Set<TopicPartition> all = new HashSet<>(consumer.assignment());
      all.addAll(more.keySet());
      consumer.assign(all);
      more.forEach((partition, begin) -> begin.seek(consumer, partition));
      unplaced.addAll(more.keySet());
      nextEndOffsets = Instant.MIN;
    }
  }

  private ConsumerRecords<byte[], byte[]> fetch() {
    ConsumerRecords<byte[], byte[]> fetched = consumer.poll(POLL);
    if (!fetched.isEmpty()) {
      batches++;
      for (TopicPartition partition : fetched.partitions()) {
        List<ConsumerRecord<byte[], byte[]>> records = fetched.records(partition);
        if (unplaced.remove(partition)) {
          beginnings.put(partition.partition(), records.get(0).offset());
        }
      }
    }
    return fetched;
  }

  private void readEndOffsets() {
    Instant now = Instant.now();
    Collection<TopicPartition> all = consumer.assignment();
    if (all.isEmpty() || now.isBefore(nextEndOffsets)) {
      return;
    }
    nextEndOffsets = now.plus(END_OFFSETS_INTERVAL);
    try {
      Map<Integer, Long> positions = new HashMap<>();
      for (TopicPartition partition : all) {
        long position = consumer.position(partition, ANSWER_WITHIN);
        positions.put(partition.partition(), position);
        if (unplaced.remove(partition)) {
          beginnings.put(partition.partition(), position);
          LOG.info("{} reads {} from offset {}", name, partition, position);
        }
      }
      Map<Integer, Long> ends =
          consumer.endOffsets(all, ANSWER_WITHIN).entrySet().stream()
              .collect(Collectors.toMap(end -> end.getKey().partition(), Map.Entry::getValue));
      endOffsets = new EndOffsets(now, ends, positions, batches);
    } catch (RetriableException e) {
      warn("Kafka does not say where the partitions of " + name + " end", e);
    }
  }

  private void commitNow() {
    Map<TopicPartition, OffsetAndMetadata> offsets = toCommit.getAndSet(null);
    if (offsets == null) {
      return;
    }
    try {
      consumer.commitSync(offsets, ANSWER_WITHIN);
    } catch (WakeupException closing) {
      throw closing;
    } catch (KafkaException e) {
      // The checkpoint holds the offsets; the group's are for those who look, and come again.
      warn("the offsets of " + name + " were not committed", e);
    }
  }

  /** An outage is one warning now and then, not one a second. */
  private void warn(String what, RuntimeException reason) {
    Instant now = Instant.now();
    if (!now.isBefore(nextWarning)) {
      nextWarning = now.plus(WARN_EVERY);
      LOG.warn("{}; asking again: {}", what, reason.getMessage());
    }
  }

  @Override
  public void close() {
    stopping = true;
    consumer.wakeup();
    try {
      thread.join(CLOSE_WITHIN.toMillis());
      if (thread.isAlive()) {
        LOG.warn("the thread of {} has not ended within {} s", name, CLOSE_WITHIN.toSeconds());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
