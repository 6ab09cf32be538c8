package dev.kinebeam.program.retry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetrierTest {
  private final FakeClock clock = new FakeClock();
  private final AtomicInteger attempts = new AtomicInteger();
  private final Retrier retrier =
      new Retrier(
          RetryPolicy.doubling(Duration.ofSeconds(1), Duration.ofSeconds(3))
              .within(Duration.ofSeconds(10)),
          TransientFailure::is,
          clock);

  private static TemporaryFailure unavailable() {
    return new TemporaryFailure("unavailable", null);
  }

  @Test
  void aTransientFailureIsRepeatedUntilItSucceeds() throws IOException {
    String answer =
        retrier.run(
            () -> {
              if (attempts.incrementAndGet() < 4) {
                throw unavailable();
              }
              return "there";
            });
    assertThat(answer).isEqualTo("there");
    assertThat(clock.sleeps)
        .containsExactly(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(3));
  }

  @Test
  void theLimitOfTimeEndsTheAttempts() {
    assertThatThrownBy(
            () ->
                retrier.run(
                    () -> {
                      attempts.incrementAndGet();
                      throw unavailable();
                    }))
        .isInstanceOf(TemporaryFailure.class);
    // After 0, 1, 3, 6, 9 and 10 seconds.
    assertThat(attempts).hasValue(6);
    assertThat(clock.sleeps).last().isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void theLimitOfTimeCountsFromTheFirstFailureAndIncludesLongAttempts() {
    assertThatThrownBy(
            () ->
                retrier.run(
                    () -> {
                      attempts.incrementAndGet();
                      clock.pass(Duration.ofSeconds(20));
                      throw unavailable();
                    }))
        .isInstanceOf(TemporaryFailure.class);
    assertThat(attempts).hasValue(2);
  }

  @Test
  void anotherFailureIsThrownAtOnce() {
    assertThatThrownBy(
            () ->
                retrier.run(
                    () -> {
                      attempts.incrementAndGet();
                      throw new IOException("no space left on device");
                    }))
        .hasMessage("no space left on device");
    assertThat(attempts).hasValue(1);
    assertThat(clock.sleeps).isEmpty();
  }

  @Test
  void theDelayThatTheOtherSideAsksForIsFollowed() {
    final class Busy extends IOException implements TransientFailure {
      private static final long serialVersionUID = 1L;

      @Override
      public Optional<Duration> retryAfter() {
        return Optional.of(Duration.ofMillis(2500));
      }
    }

    Retrier twice = new Retrier(retrier.policy().attempts(2), TransientFailure::is, clock);
    assertThatThrownBy(
            () ->
                twice.run(
                    () -> {
                      throw new Busy();
                    }))
        .isInstanceOf(Busy.class);
    assertThat(clock.sleeps).containsExactly(Duration.ofMillis(2500));
  }

  @Test
  void thePredicateDecidesWhatIsTransient() throws Exception {
    Retrier ofSql =
        new Retrier(
            retrier.policy(),
            e -> e instanceof SQLException sql && "40001".equals(sql.getSQLState()),
            clock);
    String answer =
        ofSql.call(
            () -> {
              if (attempts.incrementAndGet() == 1) {
                throw new SQLException("serialization", "40001");
              }
              return "committed";
            });
    assertThat(answer).isEqualTo("committed");
    assertThatThrownBy(
            () ->
                ofSql.call(
                    () -> {
                      throw new SQLException("syntax", "42601");
                    }))
        .hasMessage("syntax");
  }

  @Test
  void anInterruptEndsTheWait() {
    assertThatThrownBy(
            () ->
                new Retrier(retrier.policy(), TransientFailure::is, new InterruptingClock())
                    .run(
                        () -> {
                          throw unavailable();
                        }))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessageContaining("unavailable");
    assertThat(Thread.interrupted()).isTrue();
  }

  /** Interrupted in its first pause. */
  private static final class InterruptingClock implements RetryClock {
    @Override
    public long nanoTime() {
      return 0;
    }

    @Override
    public void sleep(Duration duration) throws InterruptedException {
      throw new InterruptedException();
    }

    @Override
    public double random() {
      return 0;
    }
  }
}
