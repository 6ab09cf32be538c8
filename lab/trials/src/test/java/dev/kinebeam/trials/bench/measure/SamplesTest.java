package dev.kinebeam.trials.bench.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SamplesTest {
  @Test
  void theMedianIsTheMiddleOrTheMeanOfTheMiddleTwo() {
    assertThat(Samples.of(9, 1, 5).median()).isEqualTo(5);
    assertThat(Samples.of(9, 1, 5, 7).median()).isEqualTo(6);
  }

  @Test
  void percentilesAreOfTheNearestRank() {
    Samples samples = Samples.of(IntStream.rangeClosed(1, 50).asDoubleStream().toArray());
    assertThat(samples.percentile(0.5)).isEqualTo(25);
    assertThat(samples.percentile(0.95)).isEqualTo(48);
    assertThat(samples.percentile(1)).isEqualTo(50);
    assertThat(Samples.of(3).percentile(0.99)).isEqualTo(3);
  }

  @Test
  void nothingHasNoMedian() {
    assertThatThrownBy(Samples::of).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aVerdictIsOneLineOfJson() throws Exception {
    Verdict verdict = new Verdict("b", 81_234.6, 100_000, "rows/s", 0.81234, 0.5, Map.of("x", 1));
    assertThat(verdict.toLine())
        .isEqualTo(
            "{\"bench\":\"b\",\"ours\":81235,\"reference\":100000,\"unit\":\"rows/s\","
                + "\"ratio\":0.81,\"goal\":0.5,\"x\":1}");
  }
}
