package dev.kinebeam.worker.personal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.host.HostedStatus;
import dev.kinebeam.catalog.host.VideoHostException;
import dev.kinebeam.worker.personal.ProcessingRules.Activate;
import dev.kinebeam.worker.personal.ProcessingRules.Attempt;
import dev.kinebeam.worker.personal.ProcessingRules.Fail;
import dev.kinebeam.worker.personal.ProcessingRules.Next;
import dev.kinebeam.worker.personal.ProcessingRules.Retry;
import dev.kinebeam.worker.personal.ProcessingRules.Wait;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ProcessingRulesTest {
  private static final ProcessingRules RULES = ProcessingRules.USUAL;
  private static final Attempt FIRST = new Attempt(1, 0);
  private static final Attempt SECOND = new Attempt(2, 7);
  private static final Attempt LAST = new Attempt(3, 0);

  private static HostedStatus playable(double seconds) {
    return new HostedStatus.Playable(length(seconds), 1280, 720);
  }

  private static HostedStatus processing(double seconds) {
    return new HostedStatus.Processing(40, Optional.of(length(seconds)));
  }

  private static HostedStatus processing() {
    return new HostedStatus.Processing(40, Optional.empty());
  }

  private static Duration length(double seconds) {
    return Duration.ofMillis(Math.round(seconds * 1000));
  }

  @ParameterizedTest
  @CsvSource({
    "0.4, true",
    "1, true",
    "119.9, true",
    "120, true",
    "120.5, true",
    "120.6, false",
    "121, false",
    "3600, false"
  })
  void whatLastsLongerThanTwoMinutesFailsAsSoonAsItsLengthIsKnown(double seconds, boolean good) {
    Next whenPlayable = RULES.after(playable(seconds), FIRST, true);
    Next before = RULES.after(processing(seconds), FIRST, true);
    if (good) {
      assertThat(whenPlayable).isEqualTo(new Activate(length(seconds)));
      assertThat(before).isEqualTo(new Wait(Duration.ofSeconds(5), 1));
    } else {
      assertThat(whenPlayable).isInstanceOf(Fail.class).isEqualTo(before);
      assertThat(((Fail) before).code().word()).isEqualTo("duration_exceeded");
      assertThat(((Fail) before).text()).contains("may last 120 s");
    }
  }

  @Test
  void anAttemptEndsWithItsThirtiethPollAndTheNextWaitsForTheSameVideo() {
    assertThat(RULES.after(processing(), new Attempt(1, 28), true))
        .isEqualTo(new Wait(Duration.ofSeconds(5), 29));
    Next ended = RULES.after(processing(), new Attempt(1, 29), true);
    assertThat(ended).isInstanceOf(Retry.class);
    Retry retry = (Retry) ended;
    assertThat(retry.code()).isEqualTo(FailureCode.HOST_SLOW);
    assertThat(retry.copyAgain()).isFalse();
    assertThat(retry.next()).isEqualTo(new Attempt(2, 0));
    assertThat(RULES.after(processing(), new Attempt(3, 29), true))
        .isEqualTo(new Fail(FailureCode.HOST_SLOW, retry.text()));
  }

  @Test
  void whatAWebhookCausesIsNotAPoll() {
    assertThat(RULES.after(processing(), new Attempt(1, 29), false))
        .isEqualTo(new Wait(Duration.ofSeconds(5), 29));
    assertThat(RULES.after(playable(9), new Attempt(1, 29), false))
        .isEqualTo(new Activate(length(9)));
  }

  static Stream<Arguments> endedAttempts() {
    return Stream.of(
        Arguments.of(new HostedStatus.Gone(), FailureCode.HOST_FAILED, true, true),
        Arguments.of(
            new HostedStatus.Failed("ERR_FETCH", HostedStatus.Remedy.SEND_FILE),
            FailureCode.HOST_FAILED,
            true,
            true),
        Arguments.of(
            new HostedStatus.Failed("ERR_NON_VIDEO", HostedStatus.Remedy.NONE),
            FailureCode.HOST_REFUSED,
            false,
            true));
  }

  @ParameterizedTest
  @MethodSource("endedAttempts")
  void aHostedVideoThatIsLostIsCopiedAgainAndARefusedOneIsNot(
      HostedStatus status, FailureCode code, boolean again, boolean poll) {
    Next next = RULES.after(status, FIRST, poll);
    if (again) {
      assertThat(next).isInstanceOf(Retry.class);
      assertThat(((Retry) next).copyAgain()).isTrue();
      assertThat(((Retry) next).code()).isEqualTo(code);
    } else {
      assertThat(next).isEqualTo(new Fail(code, "ERR_NON_VIDEO"));
    }
    assertThat(RULES.after(status, LAST, poll)).isInstanceOf(Fail.class);
  }

  @Test
  void attemptsAfterTransientErrorsBeginLaterAndLater() {
    VideoHostException down = new VideoHostException.Unavailable("no answer", Optional.empty());
    assertThat(RULES.after(down, FIRST))
        .isEqualTo(
            new Retry(
                Duration.ofSeconds(10),
                new Attempt(2, 0),
                false,
                FailureCode.HOST_UNAVAILABLE,
                "no answer"));
    assertThat(((Retry) RULES.after(down, SECOND)).after()).isEqualTo(Duration.ofSeconds(20));
    assertThat(RULES.after(down, LAST))
        .isEqualTo(new Fail(FailureCode.HOST_UNAVAILABLE, "no answer"));
  }

  @Test
  void anotherObjectUnderTheKeyFailsAtOnce() {
    assertThat(((Fail) RULES.after(new OriginalChanged("a/b.mp4"), FIRST)).code().word())
        .isEqualTo("original_changed");
  }

  @Test
  void anErrorOfTheWorkersOwnIsTriedAgainAndEndsToo() {
    assertThat(RULES.after(new IllegalStateException(), FIRST)).isInstanceOf(Retry.class);
    assertThat(RULES.after(new IOException("no space left"), LAST))
        .isEqualTo(new Fail(FailureCode.WORKER_ERROR, "no space left"));
  }

  @Test
  void aFileThatHasNotArrivedIsWaitedFor() {
    assertThat(RULES.after(new HostedStatus.AwaitingUpload(), FIRST, true))
        .isEqualTo(new Wait(Duration.ofSeconds(5), 1));
  }
}
