package dev.kinebeam.trials.accounting;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;

/**
 * Samples which sessions of the database are idle in a transaction. One that is found so again and
 * again keeps its locks and keeps vacuum from removing dead rows. Thread-safe.
 */
public final class IdleTransactions implements AutoCloseable {
  private static final Duration EVERY = Duration.ofMillis(200);

  /** The same transaction idle in samples that are so far apart counts as held. */
  private static final Duration HELD = Duration.ofSeconds(5);

  private static final String SAMPLE =
      """
      SELECT pid, xact_start::text, coalesce(usename, '') || ' ' || application_name || ': '
             || left(query, 120)
        FROM pg_stat_activity
       WHERE datname = current_database() AND state LIKE 'idle in transaction%'
      """;

  private final DataSource owner;
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "idle-transactions");
  private final Map<Transaction, Long> firstSeen = new HashMap<>();
  private final Map<String, String> held = new TreeMap<>();
  private final long begun = System.nanoTime();
  private long samples;
  private long longestNanos;
  private String failure = "";

  private IdleTransactions(DataSource owner) {
    this.owner = owner;
  }

  private record Transaction(int pid, String started) {}

  /**
   * What was found.
   *
   * @param seconds how long it was looked
   * @param longestSeconds the longest time for which one transaction was found idle
   * @param held the transactions that were found idle in samples five seconds apart, in words; also
   *     a failure to look
   */
  public record Report(long samples, double seconds, double longestSeconds, List<String> held) {}

  /** Begins to sample, with the rights of the database's owner. */
  public static IdleTransactions watch(DataSource owner) {
    IdleTransactions watch = new IdleTransactions(owner);
    watch.thread.setDaemon(true);
    watch.thread.start();
    return watch;
  }

  private void run() {
    try (Connection connection = owner.getConnection();
        PreparedStatement ask = connection.prepareStatement(SAMPLE)) {
      do {
        sample(ask);
      } while (!stop.await(EVERY.toMillis(), TimeUnit.MILLISECONDS));
    } catch (SQLException e) {
      failed("the database could not be sampled: " + e.getMessage());
    } catch (InterruptedException e) {
      failed("the sampling was interrupted");
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void failed(String reason) {
    failure = reason;
  }

  private void sample(PreparedStatement ask) throws SQLException {
    Map<Transaction, String> idle = new HashMap<>();
    try (ResultSet rows = ask.executeQuery()) {
      while (rows.next()) {
        idle.put(new Transaction(rows.getInt(1), rows.getString(2)), rows.getString(3));
      }
    }
    add(idle, System.nanoTime());
  }

  private synchronized void add(Map<Transaction, String> idle, long now) {
    samples++;
    idle.forEach(
        (transaction, session) -> {
          long nanos = now - firstSeen.computeIfAbsent(transaction, first -> now);
          longestNanos = Math.max(longestNanos, nanos);
          if (nanos >= HELD.toNanos()) {
            held.put(
                transaction.toString(),
                "%s, since %s, pid %d"
                    .formatted(session, transaction.started(), transaction.pid()));
          }
        });
  }

  /** What was found until now. */
  public synchronized Report report() {
    List<String> found = failure.isEmpty() ? List.copyOf(held.values()) : List.of(failure);
    return new Report(samples, (System.nanoTime() - begun) / 1e9, longestNanos / 1e9, found);
  }

  @Override
  public void close() {
    stop.countDown();
    try {
      thread.join(TimeUnit.SECONDS.toMillis(10));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
