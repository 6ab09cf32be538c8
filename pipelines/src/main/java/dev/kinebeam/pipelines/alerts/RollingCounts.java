package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.schemas.alert.Counts;
import java.time.Duration;
import java.util.Arrays;

/**
 * A window that moves on: sums by bucket and their running total. A change copies two arrays of at
 * most the window's buckets, whatever the number of sessions; the total costs nothing. Immutable.
 */
final class RollingCounts {
  private final long bucketMs;
  private final long firstBucket;
  private final long[] buckets;
  private final Counts[] sums;
  private final Counts total;

  private RollingCounts(
      long bucketMs, long firstBucket, long[] buckets, Counts[] sums, Counts total) {
    this.bucketMs = bucketMs;
    this.firstBucket = firstBucket;
    this.buckets = buckets;
    this.sums = sums;
    this.total = total;
  }

  /** An empty window of so many buckets that reaches up to {@code nowMs} and beyond. */
  static RollingCounts upTo(long nowMs, Duration window, int size) {
    long bucketMs = window.toMillis() / size;
    return of(bucketMs, firstBucket(nowMs, bucketMs, size), new long[0], new Counts[0]);
  }

  /** A window of these buckets, sorted; the arrays are taken over. */
  static RollingCounts of(long bucketMs, long firstBucket, long[] buckets, Counts[] sums) {
    Counts total = Counts.NONE;
    for (Counts counts : sums) {
      total = total.plus(counts);
    }
    return new RollingCounts(bucketMs, firstBucket, buckets, sums, total);
  }

  private static long firstBucket(long nowMs, long bucketMs, int size) {
    return Math.floorDiv(nowMs, bucketMs) - size + 1;
  }

  long bucketMs() {
    return bucketMs;
  }

  /** Older buckets have left the window; what belongs to them is not counted. */
  long firstBucket() {
    return firstBucket;
  }

  /** How many buckets hold anything. */
  int size() {
    return buckets.length;
  }

  /** The number of the bucket at a place; they are sorted. */
  long bucket(int place) {
    return buckets[place];
  }

  /** What the bucket at a place holds. */
  Counts sum(int place) {
    return sums[place];
  }

  /** All buckets together. */
  Counts total() {
    return total;
  }

  /** Whether what happened at {@code ms} still counts. */
  boolean reaches(long ms) {
    return Math.floorDiv(ms, bucketMs) >= firstBucket;
  }

  /** The begin of the oldest bucket that may hold anything. */
  long fromMs() {
    return firstBucket * bucketMs;
  }

  /** The same window with nothing in it. */
  RollingCounts emptied() {
    return new RollingCounts(bucketMs, firstBucket, new long[0], new Counts[0], Counts.NONE);
  }

  /** With {@code counts} at {@code ms}; unchanged where the window no longer reaches. */
  RollingCounts plus(long ms, Counts counts) {
    if (!reaches(ms) || counts.equals(Counts.NONE)) {
      return this;
    }
    long bucket = Math.floorDiv(ms, bucketMs);
    int place = Arrays.binarySearch(buckets, bucket);
    if (place < 0) {
      return with(-place - 1, bucket, counts);
    }
    Counts sum = sums[place].plus(counts);
    if (sum.equals(Counts.NONE)) {
      return without(place, counts);
    }
    Counts[] changed = sums.clone();
    changed[place] = sum;
    return new RollingCounts(bucketMs, firstBucket, buckets, changed, total.plus(counts));
  }

  private RollingCounts with(int place, long bucket, Counts counts) {
    long[] more = new long[buckets.length + 1];
    Counts[] moreSums = new Counts[sums.length + 1];
    System.arraycopy(buckets, 0, more, 0, place);
    System.arraycopy(sums, 0, moreSums, 0, place);
    more[place] = bucket;
    moreSums[place] = counts;
    System.arraycopy(buckets, place, more, place + 1, buckets.length - place);
    System.arraycopy(sums, place, moreSums, place + 1, sums.length - place);
    return new RollingCounts(bucketMs, firstBucket, more, moreSums, total.plus(counts));
  }

  private RollingCounts without(int place, Counts counts) {
    long[] fewer = new long[buckets.length - 1];
    Counts[] fewerSums = new Counts[sums.length - 1];
    System.arraycopy(buckets, 0, fewer, 0, place);
    System.arraycopy(sums, 0, fewerSums, 0, place);
    System.arraycopy(buckets, place + 1, fewer, place, fewer.length - place);
    System.arraycopy(sums, place + 1, fewerSums, place, fewer.length - place);
    return new RollingCounts(bucketMs, firstBucket, fewer, fewerSums, total.plus(counts));
  }

  /** The window of {@code size} buckets as it is at {@code nowMs}; it never moves back. */
  RollingCounts at(long nowMs, int size) {
    long first = firstBucket(nowMs, bucketMs, size);
    if (first <= firstBucket) {
      return this;
    }
    int place = Arrays.binarySearch(buckets, first);
    int gone = place < 0 ? -place - 1 : place;
    Counts left = total;
    for (int i = 0; i < gone; i++) {
      left = left.minus(sums[i]);
    }
    return new RollingCounts(
        bucketMs,
        first,
        Arrays.copyOfRange(buckets, gone, buckets.length),
        Arrays.copyOfRange(sums, gone, sums.length),
        left);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RollingCounts that
        && that.bucketMs == bucketMs
        && that.firstBucket == firstBucket
        && Arrays.equals(that.buckets, buckets)
        && Arrays.equals(that.sums, sums);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(firstBucket) * 31 + total.hashCode();
  }

  @Override
  public String toString() {
    return "RollingCounts[from=" + fromMs() + ", buckets=" + size() + ", total=" + total + "]";
  }
}
