package dev.kinebeam.beam;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionShareTest {
  @Test
  void everyPartitionHasOneReaderAndKeepsItWhenOthersAreAdded() {
    for (int partitions = 1; partitions <= 200; partitions++) {
      List<Integer> all = new ArrayList<>();
      for (PartitionShare share : PartitionShare.all()) {
        List<Integer> its = share.of(partitions);
        assertThat(share.of(partitions + 1)).containsAll(its);
        all.addAll(its);
      }
      assertThat(all)
          .containsExactlyInAnyOrderElementsOf(IntStream.range(0, partitions).boxed().toList());
    }
  }

  @Test
  void noReaderHasTwoMoreThanAnother() {
    for (int partitions = 1; partitions <= 200; partitions++) {
      int most = partitions;
      List<Integer> sizes =
          PartitionShare.all().stream().map(share -> share.of(most).size()).sorted().toList();
      assertThat(sizes.get(sizes.size() - 1) - sizes.get(0)).isLessThanOrEqualTo(1);
    }
  }

  /** However often the parallelism has changed, no worker has more than twice its part. */
  @Test
  void workersShareThePartitionsFairly() {
    for (int partitions : List.of(4, 8)) {
      for (int first : List.of(1, 2, 4)) {
        for (int second : List.of(1, 2, 4)) {
          List<List<Integer>> workers = dealtOut(atTheStart(first), second);
          int part = partitions / second;
          assertThat(
                  workers.stream()
                      .mapToLong(worker -> read(worker, partitions))
                      .max()
                      .orElseThrow())
              .as("%d partitions, parallelism %d and then %d", partitions, first, second)
              .isLessThanOrEqualTo(2L * part);
        }
      }
    }
  }

  private static long read(List<Integer> readers, int partitions) {
    return readers.stream().mapToLong(r -> new PartitionShare(r).of(partitions).size()).sum();
  }

  /** Reader i at worker i mod n. */
  private static List<List<Integer>> atTheStart(int workers) {
    return IntStream.range(0, workers)
        .mapToObj(
            worker ->
                IntStream.range(0, PartitionShare.READERS)
                    .filter(reader -> reader % workers == worker)
                    .boxed()
                    .toList())
        .toList();
  }

  /** In runs of equal length, worker by worker, as Flink redistributes a list. */
  private static List<List<Integer>> dealtOut(List<List<Integer>> before, int workers) {
    if (before.size() == workers) {
      return before;
    }
    List<Integer> all = before.stream().flatMap(worker -> new TreeSet<>(worker).stream()).toList();
    int run = all.size() / workers;
    return IntStream.range(0, workers)
        .mapToObj(worker -> all.subList(worker * run, (worker + 1) * run))
        .toList();
  }
}
