package dev.kinebeam.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.program.kafka.KafkaSettings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Against brokers that are not there; GatewayIT has a real one. */
class KafkaEventLogTest {
  private static final Duration USUAL = Duration.ofMillis(1500);
  private static final Duration MOST = Duration.ofSeconds(2);

  private static KafkaConfig at(String address, Duration timeout) {
    return new KafkaConfig(new KafkaSettings(address), timeout, 1024 * 1024);
  }

  private static Duration refusal(KafkaEventLog log, int records) {
    LogRecord entry = LogRecord.of("media-events", "key", "value".getBytes(UTF_8));
    List<LogRecord> batch = Collections.nCopies(records, entry);
    long begun = System.nanoTime();
    assertThatThrownBy(() -> log.append(batch)).isInstanceOf(EventLogUnavailableException.class);
    return Duration.ofNanos(System.nanoTime() - begun);
  }

  @Test
  void aBatchFailsInBoundedTimeWhateverItsSize() {
    try (KafkaEventLog log = new KafkaEventLog(at("127.0.0.1:1", USUAL))) {
      assertThat(refusal(log, 500)).isLessThan(MOST);
      assertThat(log.answers()).isFalse();
    }
  }

  /** It accepts connections and never answers, as a stopped process does. */
  @Test
  void callersAreAnsweredInBoundedTimeByABrokerThatIsSilent() throws Exception {
    ExecutorService callers = Executors.newFixedThreadPool(16);
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        KafkaEventLog log = new KafkaEventLog(at("127.0.0.1:" + silent.getLocalPort(), USUAL))) {
      List<Future<Duration>> waits = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        waits.add(callers.submit(() -> refusal(log, 25)));
      }
      List<Duration> sorted = new ArrayList<>();
      for (Future<Duration> wait : waits) {
        sorted.add(wait.get());
      }
      Collections.sort(sorted);
      assertThat(sorted.get(98)).as("p99").isLessThan(MOST);
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void aTimeoutThatNoBrokerCanKeepIsRefused() {
    assertThatThrownBy(() -> at("127.0.0.1:1", Duration.ofMillis(999)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("KAFKA_DELIVERY_TIMEOUT");
  }
}
