package dev.kinebeam.composer.compose;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;

class SoftLimiterTest {
  @Property
  void whatIsBelowTheKneePassesUnchanged(@ForAll @FloatRange(min = -0.84f, max = 0.84f) float x) {
    assertThat(SoftLimiter.limit(x)).isEqualTo(x);
  }

  @Property
  void nothingPassesTheCeilingAndLouderStaysLouder(
      @ForAll @FloatRange(min = -4f, max = 4f) float a,
      @ForAll @FloatRange(min = -4f, max = 4f) float b) {
    assertThat(Math.abs(SoftLimiter.limit(a))).isLessThanOrEqualTo(0.95f);
    assertThat(SoftLimiter.limit(Math.max(a, b)))
        .isGreaterThanOrEqualTo(SoftLimiter.limit(Math.min(a, b)));
    assertThat(SoftLimiter.limit(-a)).isEqualTo(-SoftLimiter.limit(a));
  }

  @Test
  void theBendBeginsWithoutAStep() {
    assertThat(SoftLimiter.limit(0.8401f)).isBetween(0.84f, 0.8401f);
  }
}
