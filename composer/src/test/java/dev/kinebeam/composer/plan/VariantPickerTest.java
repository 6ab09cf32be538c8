package dev.kinebeam.composer.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;

class VariantPickerTest {
  private static final List<Integer> THREE = List.of(1, 2, 3);

  @Property
  void picksAreAFunctionOfSeedSlotAndPlaceAndAlwaysAVariant(
      @ForAll long seed,
      @ForAll @AlphaChars @StringLength(min = 1, max = 20) String slot,
      @ForAll @IntRange(min = 0, max = 19) int set,
      @ForAll @IntRange(min = 1, max = 9) int variants) {
    List<Integer> numbers = IntStream.range(0, variants).map(i -> 2 * i + 1).boxed().toList();
    int pick = new VariantPicker(seed).pick(slot, set, 0, numbers);
    assertThat(numbers).contains(pick);
    assertThat(new VariantPicker(seed).pick(slot, set, 0, numbers)).isEqualTo(pick);
  }

  @Test
  void picksStayWhatTheyWereInEveryVersion() {
    VariantPicker picker = new VariantPicker(42);
    List<Integer> picks =
        List.of(
            picker.pick("intro-video", THREE),
            picker.pick("audio/ro/intro-vo", THREE),
            picker.pick("rep-left-video", 0, 0, THREE),
            picker.pick("rep-left-video", 1, 0, THREE),
            picker.pick("rep-left-video", 1, 1, THREE));
    assertThat(picks).isEqualTo(List.of(1, 2, 2, 3, 1));
  }

  @Test
  void everyVariantHasItsShare() {
    long[] counts = new long[4];
    for (int seed = 0; seed < 3000; seed++) {
      counts[new VariantPicker(seed).pick("intro-video", THREE)]++;
    }
    assertThat(counts[1]).isBetween(900L, 1100L);
    assertThat(counts[2]).isBetween(900L, 1100L);
    assertThat(counts[3]).isBetween(900L, 1100L);
  }

  @Test
  void aSlotWithoutVariantsIsNamed() {
    assertThatThrownBy(() -> new VariantPicker(1).pick("outro-video", List.of()))
        .hasMessageContaining("outro-video");
  }
}
