package dev.kinebeam.catalog.db;

import static dev.kinebeam.catalog.db.Consents.ANALYTICS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.db.ConsentGate.Verdict;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.ConnectionException;
import org.junit.jupiter.api.Test;

class ConsentGateTest {
  private static final UUID ORG = UUID.randomUUID();
  private static final UUID PATIENT = UUID.randomUUID();

  private final AtomicLong nanos = new AtomicLong();
  private int asked;
  private boolean active = true;
  private boolean away;

  private final ConsentGate gate =
      ConsentGate.remembering(
          Duration.ofSeconds(30), (org, patient, purpose) -> answer(), ANALYTICS, nanos::get);

  private boolean answer() {
    asked++;
    if (away) {
      throw new ConnectionException(new java.sql.SQLException("no route"));
    }
    return active;
  }

  @Test
  void asksOnceWithinItsMemory() {
    assertThat(gate.check(ORG, PATIENT)).isEqualTo(Verdict.OPEN);
    assertThat(gate.check(ORG, PATIENT)).isEqualTo(Verdict.OPEN);
    assertThat(asked).isEqualTo(1);
  }

  @Test
  void learnsOfARevocationAfterThirtySeconds() {
    assertThat(gate.check(ORG, PATIENT)).isEqualTo(Verdict.OPEN);
    active = false;
    nanos.addAndGet(Duration.ofSeconds(30).toNanos());
    assertThat(gate.check(ORG, PATIENT)).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void refusesWhileTheStoreIsUnavailableAndAsksAgain() {
    away = true;
    assertThat(gate.check(ORG, PATIENT)).isEqualTo(Verdict.UNKNOWN);
    away = false;
    assertThat(gate.check(ORG, PATIENT)).isEqualTo(Verdict.OPEN);
  }

  @Test
  void anOldAnswerExpiresWhenTheStoreBecomesUnavailable() {
    gate.check(ORG, PATIENT);
    away = true;
    nanos.addAndGet(Duration.ofSeconds(31).toNanos());
    assertThat(gate.check(ORG, PATIENT)).isEqualTo(Verdict.UNKNOWN);
  }

  @Test
  void takesNoLongerMemory() {
    assertThatThrownBy(
            () -> ConsentGate.remembering(Duration.ofSeconds(31), (o, p, u) -> true, ANALYTICS))
        .hasMessageContaining("30 s");
  }
}
