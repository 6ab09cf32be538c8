package dev.kinebeam.program.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class KafkaSettingsTest {
  private static final KafkaSettings UNREACHABLE = new KafkaSettings("127.0.0.1:1");

  @Test
  void aServiceMustBeGivenServersAndACommandMayDoWithout() {
    KafkaOptions none = new KafkaOptions();
    new CommandLine(CommandLine.Model.CommandSpec.forAnnotatedObject(none))
        .parseArgs("--kafka-bootstrap-servers=");
    assertThatThrownBy(none::settings)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("KAFKA_BOOTSTRAP_SERVERS");
    assertThat(none.settingsOrLocal()).isEqualTo(new KafkaSettings("localhost:9092"));
    assertThat(UNREACHABLE.dependency().address()).isEqualTo("127.0.0.1:1");
  }

  @Test
  void clientsTakeTheServersAndWhatTheCallerAdds() {
    assertThatThrownBy(
            () ->
                UNREACHABLE.producer(Map.of(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 1)).close())
        .isInstanceOf(KafkaException.class)
        .hasStackTraceContaining(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG);
    UNREACHABLE.consumer(Map.of()).close();
    UNREACHABLE.admin(Duration.ofSeconds(1)).close();
    assertThat(KafkaSettings.durable()).containsEntry(ProducerConfig.ACKS_CONFIG, "all");
  }
}
