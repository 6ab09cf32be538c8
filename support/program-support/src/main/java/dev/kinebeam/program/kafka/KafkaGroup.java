package dev.kinebeam.program.kafka;

import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Metrics;
import dev.kinebeam.program.observability.Probe;
import java.io.Serializable;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;
import org.apache.kafka.common.errors.AuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer group that reads a topic, as the program that reads in it watches it: whether Kafka
 * answers, and how far the group's committed offsets are behind. It travels inside a job.
 */
public record KafkaGroup(KafkaSettings kafka, String topic, String group) implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Watches Kafka and exports the group's lag of this process until closed. */
  public Dependencies.Watch watch() {
    return watch(Dependencies.PROCESS, Metrics.PROCESS);
  }

  Dependencies.Watch watch(Dependencies dependencies, Metrics metrics) {
    return dependencies.watch(
        kafka.dependency(),
        "reading " + topic + " in group " + group,
        () -> new LagProbe(this, metrics));
  }

  /** Asks for offsets: who gets them has been answered by the brokers that lead the partitions. */
  private static final class LagProbe implements Probe {
    private static final Logger LOG = LoggerFactory.getLogger(LagProbe.class);
    private static final Duration CLOSING = Duration.ofMillis(200);

    private final KafkaGroup what;
    private final Admin admin;
    private final List<Metrics.Registration> exported;
    private volatile GroupLag lag;
    private boolean refused;

    LagProbe(KafkaGroup what, Metrics metrics) {
      this.what = what;
      this.lag = GroupLag.unknown(what.topic, what.group);
      this.admin = what.kafka.admin(Dependencies.ANSWER_WITHIN);
      this.exported =
          List.of(
              metrics.add(
                  Metrics.Type.GAUGE,
                  "kinebeam_consumer_lag_records",
                  "Records of a partition that the group has not committed; every reader of the"
                      + " group exports the same.",
                  () -> lag.lagSamples()),
              metrics.add(
                  Metrics.Type.GAUGE,
                  "kinebeam_unread_partitions",
                  "Partitions that hold records and of which the group never committed an offset.",
                  () -> lag.unreadSamples()),
              metrics.add(
                  Metrics.Type.GAUGE,
                  "kinebeam_topic_partitions",
                  "Partitions of a topic that is read.",
                  () -> lag.partitionSamples()));
    }

    @Override
    public void check() throws ExecutionException, TimeoutException, InterruptedException {
      long deadline = System.nanoTime() + Dependencies.ANSWER_WITHIN.toNanos();
      try {
        List<TopicPartition> partitions =
            within(deadline, admin.describeTopics(List.of(what.topic)).allTopicNames())
                .get(what.topic)
                .partitions()
                .stream()
                .map(TopicPartitionInfo::partition)
                .map(number -> new TopicPartition(what.topic, number))
                .toList();
        var begins = admin.listOffsets(specs(partitions, OffsetSpec.earliest())).all();
        var ends = admin.listOffsets(specs(partitions, OffsetSpec.latest())).all();
        lag =
            lag(partitions, within(deadline, begins), within(deadline, ends), committed(deadline));
      } catch (ExecutionException e) {
        if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException late) {
          throw (TimeoutException) new TimeoutException(late.getMessage()).initCause(late);
        }
        throw e;
      }
    }

    /** Missing rights do not make the group unhealthy: without them the lag is not known. */
    private Map<TopicPartition, OffsetAndMetadata> committed(long deadline)
        throws ExecutionException, TimeoutException, InterruptedException {
      try {
        return within(
            deadline, admin.listConsumerGroupOffsets(what.group).partitionsToOffsetAndMetadata());
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof AuthorizationException)) {
          throw e;
        }
        if (!refused) {
          LOG.warn(
              "the lag of group {} is not known: {}; give this login the right Describe on it",
              what.group,
              e.getCause().getMessage());
        }
        refused = true;
        return null;
      }
    }

    private GroupLag lag(
        List<TopicPartition> partitions,
        Map<TopicPartition, ListOffsetsResultInfo> begins,
        Map<TopicPartition, ListOffsetsResultInfo> ends,
        Map<TopicPartition, OffsetAndMetadata> committed) {
      if (committed == null) {
        return GroupLag.unknown(what.topic, what.group);
      }
      Function<TopicPartition, GroupLag.Partition> one =
          partition -> {
            OffsetAndMetadata offset = committed.get(partition);
            return new GroupLag.Partition(
                partition.partition(),
                begins.get(partition).offset(),
                ends.get(partition).offset(),
                offset == null ? -1 : offset.offset());
          };
      return new GroupLag(what.topic, what.group, partitions.stream().map(one).toList());
    }

    private static Map<TopicPartition, OffsetSpec> specs(
        List<TopicPartition> partitions, OffsetSpec spec) {
      Map<TopicPartition, OffsetSpec> specs = new HashMap<>();
      partitions.forEach(partition -> specs.put(partition, spec));
      return specs;
    }

    private static <T> T within(long deadline, KafkaFuture<T> answer)
        throws ExecutionException, TimeoutException, InterruptedException {
      return answer.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
      exported.forEach(Metrics.Registration::close);
      admin.close(CLOSING);
    }
  }
}
