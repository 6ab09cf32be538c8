package dev.kinebeam.trials.bench.catalogue;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.kinebeam.trials.bench.gateway.PersistentConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Clients that each send one and the same request again as soon as it is answered.
 *
 * @param connections how many clients
 */
record ClosedLoop(int connections) {

  /**
   * Answers per second.
   *
   * @param port on the loopback address
   * @throws IOException when one is not answered with 200
   */
  double run(int port, String method, String path, String token, String body, Duration time)
      throws IOException, InterruptedException {
    byte[] request =
        ("%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                + "Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%s")
            .formatted(method, path, token, body.length(), body)
            .getBytes(ISO_8859_1);
    ExecutorService clients = Executors.newFixedThreadPool(connections);
    try {
      long begun = System.nanoTime();
      List<Future<Long>> counts = new ArrayList<>();
      for (int client = 0; client < connections; client++) {
        counts.add(clients.submit(() -> client(port, request, begun + time.toNanos())));
      }
      long answers = 0;
      for (Future<Long> count : counts) {
        answers += count.get();
      }
      return answers / ((System.nanoTime() - begun) / 1e9);
    } catch (ExecutionException e) {
      throw new IOException(method + " " + path + ": " + e.getCause().getMessage(), e);
    } finally {
      clients.shutdownNow();
    }
  }

  private static long client(int port, byte[] request, long until) throws IOException {
    long answers = 0;
    try (PersistentConnection connection = new PersistentConnection(port)) {
      while (System.nanoTime() < until) {
        int status = connection.ask(request);
        if (status != 200) {
          throw new IOException("answered " + status);
        }
        answers++;
      }
    }
    return answers;
  }
}
