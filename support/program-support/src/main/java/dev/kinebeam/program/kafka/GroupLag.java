package dev.kinebeam.program.kafka;

import dev.kinebeam.program.observability.Metrics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How far a consumer group has read a topic. */
record GroupLag(String topic, String group, List<Partition> partitions) {
  /**
   * One partition.
   *
   * @param begin offset of the first record that is kept
   * @param end offset of the next record
   * @param committed where the group continues; -1 when it has committed nothing
   */
  record Partition(int number, long begin, long end, long committed) {
    /** Records that are kept and not read. */
    long lag() {
      return Math.max(0, end - Math.max(begin, committed));
    }

    /** Whether there are records, and the group has never committed an offset. */
    boolean isUnread() {
      return committed < 0 && end > begin;
    }
  }

  /** Whether nothing is known. */
  static GroupLag unknown(String topic, String group) {
    return new GroupLag(topic, group, List.of());
  }

  List<Metrics.Sample> lagSamples() {
    return partitions.stream()
        .map(
            partition -> {
              Map<String, String> labels = labels();
              labels.put("partition", Integer.toString(partition.number));
              return new Metrics.Sample(labels, (double) partition.lag());
            })
        .toList();
  }

  List<Metrics.Sample> unreadSamples() {
    return perTopic((int) partitions.stream().filter(Partition::isUnread).count());
  }

  List<Metrics.Sample> partitionSamples() {
    return perTopic(partitions.size());
  }

  private List<Metrics.Sample> perTopic(int value) {
    return partitions.isEmpty() ? List.of() : List.of(new Metrics.Sample(labels(), value));
  }

  private Map<String, String> labels() {
    Map<String, String> labels = new LinkedHashMap<>();
    labels.put("group", group);
    labels.put("topic", topic);
    return labels;
  }
}
