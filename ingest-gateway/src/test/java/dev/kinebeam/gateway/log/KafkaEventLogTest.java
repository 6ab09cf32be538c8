package dev.kinebeam.gateway.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Against a broker that is not there; GatewayIT has the real one. */
class KafkaEventLogTest {
  private static final KafkaConfig NOWHERE =
      new KafkaConfig("127.0.0.1:1", Duration.ofSeconds(2), 1024 * 1024);

  @Test
  void aBatchFailsInBoundedTimeWhateverItsSize() {
    LogRecord entry = LogRecord.of("media-events", "key", "value".getBytes(UTF_8));
    List<LogRecord> batch = Collections.nCopies(500, entry);
    try (KafkaEventLog log = new KafkaEventLog(NOWHERE)) {
      long begun = System.nanoTime();
      assertThatThrownBy(() -> log.append(batch)).isInstanceOf(EventLogUnavailableException.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
      assertThat(log.answers()).isFalse();
    }
  }
}
