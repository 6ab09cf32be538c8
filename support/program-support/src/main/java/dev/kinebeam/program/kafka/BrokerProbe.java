package dev.kinebeam.program.kafka;

import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.program.observability.Probe;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Asks Kafka for its nodes; the client is closed with the probe. */
record BrokerProbe(Admin admin) implements Probe {
  private static final Duration CLOSING = Duration.ofMillis(200);

  @Override
  public void check() throws ExecutionException, TimeoutException, InterruptedException {
    admin
        .describeCluster()
        .nodes()
        .get(Dependencies.ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
  }

  @Override
  public void close() {
    admin.close(CLOSING);
  }
}
