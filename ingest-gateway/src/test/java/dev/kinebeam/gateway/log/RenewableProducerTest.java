package dev.kinebeam.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

/** Kafka's own producer for tests stands for one that met a fatal error. */
class RenewableProducerTest {
  private static final ProducerRecord<String, byte[]> RECORD =
      new ProducerRecord<>("media-events", "key", new byte[] {1});

  private final List<MockProducer<String, byte[]>> made = new ArrayList<>();
  private final Hand hand = new Hand();
  private final RenewableProducer producer = new RenewableProducer(this::make, hand);

  /** A clock that is moved by hand. */
  private static final class Hand extends Clock {
    private Instant now = Instant.parse("2026-11-21T10:00:00Z");

    private void advance(Duration by) {
      now = now.plus(by);
    }

    @Override
    public Instant instant() {
      return now;
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      throw new UnsupportedOperationException("one zone is enough");
    }
  }

  private MockProducer<String, byte[]> make() {
    made.add(new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()));
    return made.get(made.size() - 1);
  }

  private void breakCurrent() {
    made.get(made.size() - 1).sendException = new KafkaException("in an error state");
    assertThatThrownBy(() -> producer.send(RECORD))
        .isInstanceOf(EventLogUnavailableException.class);
  }

  @Test
  void aBrokenProducerIsClosedAndReplaced() throws Exception {
    breakCurrent();
    assertThat(made.get(0).closed()).isTrue();
    assertThat(producer.works()).isFalse();

    hand.advance(RenewableProducer.PAUSE);
    assertThat(producer.send(RECORD).get().topic()).isEqualTo("media-events");
    producer.succeeded();
    assertThat(producer.works()).isTrue();
    assertThat(made).hasSize(2);
  }

  @Test
  void aProducerClosedByOthersIsReplacedToo() throws Exception {
    made.get(0).close();
    hand.advance(RenewableProducer.PAUSE);
    assertThatThrownBy(() -> producer.send(RECORD))
        .isInstanceOf(EventLogUnavailableException.class);
    assertThat(producer.send(RECORD).isDone()).isTrue();
  }

  @Test
  void producersAreNotMadeInAHurry() throws Exception {
    breakCurrent();
    assertThatThrownBy(() -> producer.send(RECORD))
        .isInstanceOf(EventLogUnavailableException.class);
    assertThat(made).hasSize(1);
  }

  /** Otherwise a gateway without requests would never learn that Kafka takes producers again. */
  @Test
  void suspicionEndsByItself() {
    breakCurrent();
    hand.advance(RenewableProducer.SUSPICION.plusSeconds(1));
    assertThat(producer.works()).isTrue();
  }

  @Test
  void afterTheEndNothingIsMade() {
    producer.close(Duration.ZERO);
    hand.advance(Duration.ofHours(1));
    assertThatThrownBy(() -> producer.send(RECORD))
        .isInstanceOf(EventLogUnavailableException.class);
    assertThat(made).hasSize(1);
    assertThat(made.get(0).closed()).isTrue();
  }
}
