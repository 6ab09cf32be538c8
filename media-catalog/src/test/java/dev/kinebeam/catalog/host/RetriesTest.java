package dev.kinebeam.catalog.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RetriesTest {
  private final List<Duration> waits = new ArrayList<>();
  private final Retries retries =
      new Retries(4, Duration.ofMillis(100), Duration.ofMillis(250), waits::add, new Random(1));

  @Test
  void what_may_heal_is_tried_again_with_growing_waits_that_have_an_end() {
    AtomicInteger calls = new AtomicInteger();
    assertThatThrownBy(
            () ->
                retries.run(
                    () -> {
                      throw busy("call " + calls.incrementAndGet(), Optional.empty());
                    }))
        .isInstanceOf(VideoHostException.Unavailable.class)
        .hasMessage("call 4");
    assertThat(waits).hasSize(3);
    assertThat(waits.get(0)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
    assertThat(waits.get(1)).isBetween(Duration.ofMillis(100), Duration.ofMillis(200));
    assertThat(waits.get(2)).isBetween(Duration.ofMillis(125), Duration.ofMillis(250));
  }

  @Test
  void the_first_good_answer_counts() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    String answer =
        retries.run(
            () -> {
              if (calls.incrementAndGet() < 3) {
                throw busy("not yet", Optional.empty());
              }
              return "done";
            });
    assertThat(answer).isEqualTo("done");
    assertThat(waits).hasSize(2);
  }

  @Test
  void a_refusal_is_told_at_once() {
    assertThatThrownBy(
            () ->
                retries.run(
                    () -> {
                      throw new VideoHostException.Refused("wrong key", 401);
                    }))
        .hasMessage("wrong key");
    assertThat(waits).isEmpty();
  }

  @Test
  void the_host_may_ask_for_a_pause_but_not_for_an_endless_one() {
    AtomicInteger calls = new AtomicInteger();
    assertThatThrownBy(
            () ->
                retries.run(
                    () -> {
                      Duration asked =
                          Duration.ofMillis(calls.incrementAndGet() == 1 ? 130 : 99999);
                      throw busy("busy", Optional.of(asked));
                    }))
        .isInstanceOf(VideoHostException.Unavailable.class);
    assertThat(waits)
        .containsExactly(Duration.ofMillis(130), Duration.ofMillis(250), Duration.ofMillis(250));
  }

  @Test
  void a_host_that_asks_for_no_pause_gets_the_usual_one() {
    assertThatThrownBy(
            () ->
                retries.run(
                    () -> {
                      throw busy("busy", Optional.of(Duration.ZERO));
                    }))
        .isInstanceOf(VideoHostException.Unavailable.class);
    assertThat(waits).hasSize(3);
    assertThat(waits.get(0)).isBetween(Duration.ofMillis(50), Duration.ofMillis(100));
    assertThat(waits.get(2)).isBetween(Duration.ofMillis(125), Duration.ofMillis(250));
  }

  private static VideoHostException.Unavailable busy(String message, Optional<Duration> after) {
    return new VideoHostException.Unavailable(message, after);
  }
}
