package dev.kinebeam.trials.bench.gateway;

import dev.kinebeam.trials.bench.measure.Samples;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps a gateway busy over a number of connections that stay open: each sends its next batch as
 * soon as the last was answered. The client does as little as it can, since it shares the machine.
 */
final class Load {
  private static final int ACCEPTED = 202;

  private final int port;
  private final List<List<Batch>> batches = new ArrayList<>();
  private final AtomicLong number = new AtomicLong();

  /** A batch belongs to one connection, which writes its numbers. */
  Load(int port, int connections, List<Batch> all) {
    this.port = port;
    for (int i = 0; i < connections; i++) {
      batches.add(new ArrayList<>());
    }
    for (int i = 0; i < all.size(); i++) {
      batches.get(i % connections).add(all.get(i));
    }
  }

  /**
   * What came of one run.
   *
   * @param events in batches answered with 202, that is: durable
   * @param seconds from the first request to the last answer
   * @param latencies of all requests, in ms
   * @param refused answers other than 202, by status
   */
  record Outcome(long events, double seconds, Samples latencies, Map<Integer, Long> refused) {
    double eventsPerSecond() {
      return events / seconds;
    }
  }

  private static final class Answers {
    private float[] latencies = new float[4096];
    private int count;
    private final Map<Integer, Long> statuses = new TreeMap<>();

    private void add(int status, long nanos) {
      if (count == latencies.length) {
        latencies = Arrays.copyOf(latencies, count * 2);
      }
      latencies[count++] = nanos / 1e6f;
      statuses.merge(status, 1L, Long::sum);
    }
  }

  Outcome run(Duration length) throws IOException, InterruptedException {
    ExecutorService senders = Executors.newFixedThreadPool(batches.size());
    long begun = System.nanoTime();
    long end = begun + length.toNanos();
    try {
      List<Future<Answers>> answers = new ArrayList<>();
      for (List<Batch> own : batches) {
        answers.add(senders.submit(() -> send(own, end)));
      }
      return outcome(answers, begun);
    } finally {
      senders.shutdownNow();
    }
  }

  private Answers send(List<Batch> own, long end) throws IOException {
    Answers answers = new Answers();
    try (PersistentConnection connection = new PersistentConnection(port)) {
      for (int next = 0; System.nanoTime() < end; next = (next + 1) % own.size()) {
        byte[] request = own.get(next).numbered(number.incrementAndGet());
        long sent = System.nanoTime();
        int status = connection.ask(request);
        answers.add(status, System.nanoTime() - sent);
      }
    }
    return answers;
  }

  private static Outcome outcome(List<Future<Answers>> answers, long begun)
      throws IOException, InterruptedException {
    List<Answers> all = new ArrayList<>();
    for (Future<Answers> future : answers) {
      try {
        all.add(future.get());
      } catch (ExecutionException e) {
        throw new IOException("a connection to the gateway failed: " + e.getCause(), e);
      }
    }
    double seconds = (System.nanoTime() - begun) / 1e9;
    double[] latencies = new double[all.stream().mapToInt(a -> a.count).sum()];
    Map<Integer, Long> statuses = new TreeMap<>();
    int at = 0;
    for (Answers one : all) {
      for (int i = 0; i < one.count; i++) {
        latencies[at++] = one.latencies[i];
      }
      one.statuses.forEach((status, count) -> statuses.merge(status, count, Long::sum));
    }
    Long accepted = statuses.remove(ACCEPTED);
    long events = accepted == null ? 0 : accepted * Batch.EVENTS;
    return new Outcome(events, seconds, Samples.of(latencies), statuses);
  }
}
