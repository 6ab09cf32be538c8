package dev.kinebeam.render.hosting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ExpectedLengthTest {
  @Test
  void hostsRoundToWholeSeconds() {
    ExpectedLength render = ExpectedLength.exactly(52.6);
    assertThatCode(() -> render.check(Duration.ofSeconds(52))).doesNotThrowAnyException();
    assertThatCode(() -> render.check(Duration.ofSeconds(53))).doesNotThrowAnyException();
    assertThatThrownBy(() -> render.check(Duration.ofSeconds(50)))
        .hasMessage("the video host says it is 50 s long where 52.6 s was uploaded");
    assertThatThrownBy(() -> render.check(Duration.ofSeconds(1052))).hasMessageContaining("1052 s");
  }

  @Test
  void soundMayBeLongerThanThePictureThatWasMeasured() {
    ExpectedLength imported = ExpectedLength.atLeast(3);
    assertThatCode(() -> imported.check(Duration.ofSeconds(10))).doesNotThrowAnyException();
    assertThatThrownBy(() -> imported.check(Duration.ZERO))
        .hasMessage("the video host says it is 0 s long where at least 3.0 s was uploaded");
  }

  @Test
  void zeroIsNotKnownYetUnlessTheVideoIsVeryShort() {
    assertThat(ExpectedLength.exactly(13).isKnown(Duration.ZERO)).isFalse();
    assertThat(ExpectedLength.exactly(0.4).isKnown(Duration.ZERO)).isTrue();
    assertThat(ExpectedLength.ANY.isKnown(Duration.ZERO)).isTrue();
  }
}
