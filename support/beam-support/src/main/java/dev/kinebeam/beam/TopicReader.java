package dev.kinebeam.beam;

import dev.kinebeam.beam.TopicCheckpointMark.Place;
import dev.kinebeam.program.kafka.KafkaGroup;
import dev.kinebeam.program.kafka.KafkaSettings;
import dev.kinebeam.program.observability.Dependencies;
import java.io.IOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.beam.sdk.io.UnboundedSource.UnboundedReader;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.io.kafka.KafkaTimestampType;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.joda.time.Instant;

/**
 * Reads one share of a topic's partitions, and those that are added to the topic within ten
 * seconds. It never waits for Kafka: its worker has other readers. Used by one thread at a time.
 */
final class TopicReader extends UnboundedReader<KafkaRecord<byte[], byte[]>> {
  private final TopicSource source;
  private final KafkaSettings address;
  private final TopicCheckpointMark restored;
  private final Map<Integer, PartitionProgress> partitions = new TreeMap<>();
  private Dependencies.Watch kafka;
  private PartitionCountMonitor watch;
  private TopicFetcher fetcher;
  private int known;
  private boolean begun;
  private Iterator<ConsumerRecord<byte[], byte[]>> batch = Collections.emptyIterator();
  private long batches;
  private KafkaRecord<byte[], byte[]> current;
  private Instant currentTime;
  private Instant watermark = BoundedWindow.TIMESTAMP_MIN_VALUE;

  /**
   * @throws IllegalArgumentException when the mark has a partition of another reader's
   */
  TopicReader(TopicSource source, KafkaSettings address, TopicCheckpointMark restored) {
    this.source = source;
    this.address = address;
    this.restored = restored;
    this.begun = restored.begun();
    for (Place place : restored.partitions()) {
      if (!source.share().has(place.partition())) {
        throw new IllegalArgumentException(
            "the saved state has partition %d at reader %d of %s, where this version has it at reader %d; start with --fresh and a new --group"
                .formatted(
                    place.partition(),
                    source.share().reader(),
                    source.topic(),
                    PartitionShare.readerOf(place.partition())));
      }
    }
  }

  @Override
  public boolean start() throws IOException {
    kafka = new KafkaGroup(address, source.topic(), source.group()).watch();
    watch = PartitionCountMonitor.over(address, source.topic());
    // Flink takes a reader's watermark into account from its first element on. Without one, a
    // reader that has no partition, or only empty ones, would hold back the whole job.
    current = ReadRecords.opening(source.topic());
    currentTime = Instant.now();
    return true;
  }

  @Override
  public boolean advance() throws IOException {
    try {
      findPartitions();
      if (!batch.hasNext() && !nextBatch()) {
        return false;
      }
    } catch (KafkaException e) {
      throw new IOException("reading " + source + ": " + e.getMessage(), e);
    }
    ConsumerRecord<byte[], byte[]> record = batch.next();
    current =
        new KafkaRecord<>(
            record.topic(),
            record.partition(),
            record.offset(),
            record.timestamp(),
            type(record),
            record.headers(),
            record.key(),
            record.value());
    currentTime = partitions.get(record.partition()).take(current);
    return true;
  }

  private static KafkaTimestampType type(ConsumerRecord<byte[], byte[]> record) {
    return switch (record.timestampType()) {
      case CREATE_TIME -> KafkaTimestampType.CREATE_TIME;
      case LOG_APPEND_TIME -> KafkaTimestampType.LOG_APPEND_TIME;
      case NO_TIMESTAMP_TYPE -> KafkaTimestampType.NO_TIMESTAMP_TYPE;
    };
  }

  private boolean nextBatch() {
    if (fetcher == null) {
      return false;
    }
    Optional<ConsumerRecords<byte[], byte[]>> next = fetcher.next();
    next.ifPresent(
        records -> {
          batch = records.iterator();
          batches++;
        });
    return next.isPresent();
  }

  private void findPartitions() throws IOException {
    int now = watch.partitions();
    if (now == known) {
      return;
    }
    refuseFewer(now);
    Map<Integer, Place> places = restored.byPartition();
    Map<TopicPartition, TopicFetcher.Begin> found = new HashMap<>();
    for (int partition : source.share().of(now)) {
      if (!partitions.containsKey(partition)) {
        Optional<Place> place = Optional.ofNullable(places.get(partition));
        partitions.put(partition, progress(partition, place));
        found.put(
            new TopicPartition(source.topic(), partition),
            place
                .map(at -> TopicFetcher.Begin.at(at.nextOffset()))
                .orElse(begun ? TopicFetcher.Begin.oldest() : TopicFetcher.Begin.committed()));
      }
    }
    if (fetcher != null) {
      fetcher.add(found);
    } else if (!found.isEmpty()) {
      fetcher =
          TopicFetcher.start(
              source.toString(), ReadRecords.consumer(address, source.group()), found);
    }
    known = now;
  }

  private PartitionProgress progress(int partition, Optional<Place> place) {
    PartitionProgress made =
        new PartitionProgress(
            partition,
            new ServerTimePolicy(
                source.disorder(),
                place.map(at -> Instant.ofEpochMilli(at.watermarkMillis())).orElse(null)));
    // Known before Kafka answers: a checkpoint may come first, and must not forget it.
    place.ifPresent(at -> made.placeAt(OptionalLong.of(at.nextOffset())));
    return made;
  }

  /** A topic that was deleted and made again has lost what the state refers to. */
  private void refuseFewer(int now) throws IOException {
    int needed =
        Math.max(
            known,
            restored.partitions().stream()
                .mapToInt(place -> place.partition() + 1)
                .max()
                .orElse(0));
    if (now < needed) {
      throw new IOException(
          "topic %s has %d partitions, and %d were read of it before: it was made again with fewer; start with --fresh and a new --group"
              .formatted(source.topic(), now, needed));
    }
  }

  @Override
  public Instant getWatermark() {
    settle();
    Instant reached =
        partitions.values().stream()
            .map(PartitionProgress::watermark)
            .min(Instant::compareTo)
            .orElseGet(this::withoutPartitions);
    if (reached.isAfter(watermark)) {
      watermark = reached;
    }
    return watermark;
  }

  /** Nothing can come that is older; before Kafka's first answer that is not known. */
  private Instant withoutPartitions() {
    return known == 0 ? watermark : Instant.now().minus(source.disorder());
  }

  /** Takes over what the feed has found out since. */
  private void settle() {
    if (fetcher == null) {
      return;
    }
    TopicFetcher.EndOffsets endOffsets = fetcher.endOffsets();
    boolean allTaken = !batch.hasNext() && batches == endOffsets.batches();
    partitions.forEach(
        (partition, progress) -> {
          progress.placeAt(fetcher.beginning(partition));
          if (endOffsets.ends().containsKey(partition)) {
            progress.endsAt(endOffsets.ends().get(partition), endOffsets.at());
            if (allTaken) {
              progress.passTo(endOffsets.positions().get(partition));
            }
          }
        });
  }

  @Override
  public TopicCheckpointMark getCheckpointMark() {
    if (known == 0) {
      return new TopicCheckpointMark(restored.begun(), restored.partitions(), this);
    }
    settle();
    List<Place> places =
        partitions.values().stream()
            .filter(PartitionProgress::isPlaced)
            .map(PartitionProgress::place)
            .toList();
    begun |= places.size() == partitions.size();
    return new TopicCheckpointMark(begun, places, this);
  }

  /** Commits the offsets of a mark whose checkpoint is complete. */
  void commit(TopicCheckpointMark mark) {
    if (fetcher != null && !mark.partitions().isEmpty()) {
      fetcher.commit(
          mark.partitions().stream()
              .collect(
                  Collectors.toMap(
                      place -> new TopicPartition(source.topic(), place.partition()),
                      place -> new OffsetAndMetadata(place.nextOffset()))));
    }
  }

  @Override
  public KafkaRecord<byte[], byte[]> getCurrent() {
    if (current == null) {
      throw new NoSuchElementException("nothing has been read");
    }
    return current;
  }

  @Override
  public Instant getCurrentTimestamp() {
    if (currentTime == null) {
      throw new NoSuchElementException("nothing has been read");
    }
    return currentTime;
  }

  @Override
  public TopicSource getCurrentSource() {
    return source;
  }

  @Override
  public void close() {
    if (fetcher != null) {
      fetcher.close();
    }
    if (watch != null) {
      watch.close();
    }
    if (kafka != null) {
      kafka.close();
    }
  }
}
