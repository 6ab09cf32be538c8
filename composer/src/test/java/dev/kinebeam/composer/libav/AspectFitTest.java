package dev.kinebeam.composer.libav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class AspectFitTest {
  private static final VideoFormat HD = new VideoFormat(1920, 1080, 23, 8_000_000);

  @Property(tries = 500)
  void aPictureTouchesTwoSidesStaysInsideAndKeepsItsShape(
      @ForAll @IntRange(min = 2, max = 8192) int wide,
      @ForAll @IntRange(min = 2, max = 8192) int high) {
    AspectFit fit = AspectFit.of(new AspectFit.Shape(wide, high), HD);
    assertThat(fit.width() == HD.width() || fit.height() == HD.height()).isTrue();
    assertThat(fit.width()).isEven().isBetween(2, HD.width());
    assertThat(fit.height()).isEven().isBetween(2, HD.height());
    double exactHeight = (double) fit.width() * high / wide;
    double exactWidth = (double) fit.height() * wide / high;
    assertThat(Math.min(Math.abs(exactHeight - fit.height()), Math.abs(exactWidth - fit.width())))
        .as("pixels off, by rounding to even ones")
        .isCloseTo(0, within(2.0));
  }
}
