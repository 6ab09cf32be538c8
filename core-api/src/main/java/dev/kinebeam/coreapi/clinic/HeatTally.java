package dev.kinebeam.coreapi.clinic;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Adds up how far sessions came and where they left, in hundredths of a video; pure. */
final class HeatTally {
  static final int PARTS = 100;
  private static final int BLOCK = 5;
  private static final int RANKED = 3;

  private final double[] watched = new double[PARTS];
  private final long[] reached = new long[PARTS];
  private final long[] left = new long[PARTS];
  private final Leaving.Tally[] causes =
      Stream.generate(Leaving.Tally::new).limit(PARTS).toArray(Leaving.Tally[]::new);

  /**
   * Sessions that came as far as the end of so many parts.
   *
   * @param parts from 0, those who saw nothing, to 100
   * @param weight the sum over the sessions of the share of it that each of them watched
   */
  void reached(int parts, long sessions, double weight) {
    for (int i = 0; i < Math.min(PARTS, parts); i++) {
      reached[i] += sessions;
      watched[i] += weight;
    }
  }

  /** Sessions that ended in a part, from 0, without completing. */
  void left(int part, Leaving cause, long sessions) {
    int at = Math.max(0, Math.min(PARTS - 1, part));
    left[at] += sessions;
    causes[at].add(cause, sessions);
  }

  /** The parts of {@code n} sessions; none without a session. */
  List<HeatMap.Part> parts(long n) {
    List<HeatMap.Part> parts = new ArrayList<>();
    for (int i = 0; n > 0 && i < PARTS; i++) {
      parts.add(new HeatMap.Part(watched[i] / n, reached[i], left[i], causes[i].causes()));
    }
    return parts;
  }

  /** The three twentieths that are watched most; of equal ones the earlier. */
  List<HeatMap.Range> most(long n) {
    return ranked(n, Comparator.comparingDouble(HeatMap.Range::watched).reversed());
  }

  /** The three twentieths that are watched least; of equal ones the earlier. */
  List<HeatMap.Range> least(long n) {
    return ranked(n, Comparator.comparingDouble(HeatMap.Range::watched));
  }

  private List<HeatMap.Range> ranked(long n, Comparator<HeatMap.Range> order) {
    List<HeatMap.Range> blocks = new ArrayList<>();
    for (int from = 0; n > 0 && from < PARTS; from += BLOCK) {
      double sum = 0;
      for (int i = from; i < from + BLOCK; i++) {
        sum += watched[i];
      }
      blocks.add(new HeatMap.Range(from, from + BLOCK, sum / BLOCK / n));
    }
    return blocks.stream()
        .sorted(order.thenComparingInt(HeatMap.Range::fromPercent))
        .limit(RANKED)
        .toList();
  }
}
