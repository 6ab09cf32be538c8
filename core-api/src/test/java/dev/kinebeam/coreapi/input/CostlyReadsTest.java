package dev.kinebeam.coreapi.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.http.Problem;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** A few at once, and a few of each person in a minute. */
class CostlyReadsTest {
  private static final Principal ONE = person();
  private static final Principal OTHER = person();

  private static Principal person() {
    return new Principal(Role.CLINIC_ADMIN, Optional.of(UUID.randomUUID()), UUID.randomUUID());
  }

  @Test
  void whileAsManyReadAsMayTheNextIsAskedToComeBack() throws Exception {
    CostlyReads reads = new CostlyReads(1, 10);
    String answer =
        reads.run(
            ONE,
            () -> {
              assertThatThrownBy(() -> reads.run(OTHER, () -> "too many"))
                  .isInstanceOf(Problem.class)
                  .hasMessageContaining("being answered");
              return "read";
            });
    assertThat(answer).isEqualTo("read");
    assertThat(reads.run(OTHER, () -> "now")).isEqualTo("now");
  }

  @Test
  void whoAsksTooOftenWaitsAndTheOthersDoNot() throws Exception {
    CostlyReads reads = new CostlyReads(1, 2);
    reads.run(ONE, () -> "first");
    reads.run(ONE, () -> "second");
    assertThatThrownBy(() -> reads.run(ONE, () -> "third"))
        .isInstanceOf(Problem.class)
        .hasMessageContaining("More than 2 requests of this person");
    assertThat(reads.run(OTHER, () -> "other")).isEqualTo("other");
  }

  @Test
  void aReadThatFailsGivesItsPlaceBack() throws Exception {
    CostlyReads reads = new CostlyReads(1, 10);
    assertThatThrownBy(
            () ->
                reads.run(
                    ONE,
                    () -> {
                      throw new IllegalStateException("failed");
                    }))
        .hasMessage("failed");
    assertThat(reads.run(ONE, () -> "read")).isEqualTo("read");
  }
}
