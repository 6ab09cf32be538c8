package dev.kinebeam.trials.personal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PersonalVideosOutcomeTest {
  private static PersonalVideosOutcome of(int completed, Map<String, Integer> failed) {
    return new PersonalVideosOutcome(200, 160, completed, failed, 0, 0, 0, 0, 0, 3, 60, List.of());
  }

  @ParameterizedTest
  @CsvSource({"160,40,true", "144,56,true", "143,57,false", "1,199,false", "0,200,false"})
  void nearlyAllGoodOnesAreCompletedInACleanRun(int completed, int failed, boolean clean) {
    assertThat(of(completed, Map.of("host_unavailable", failed)).isClean()).isEqualTo(clean);
  }

  @Test
  void everyOneHasEnded() {
    assertThat(of(160, Map.of("original_changed", 10, "host_refused", 29)).isClean()).isFalse();
    assertThat(of(160, Map.of("original_changed", 10, "host_refused", 30)).isClean()).isTrue();
  }

  @Test
  void nothingIsLeftOverLostOrASurprise() {
    Map<String, Integer> failed = Map.of("original_changed", 40);
    for (int i = 0; i < 5; i++) {
      int[] found = new int[5];
      found[i] = 1;
      assertThat(
              new PersonalVideosOutcome(
                      200, 160, 160, failed, found[0], found[1], found[2], found[3], found[4], 3,
                      60, List.of())
                  .isClean())
          .isFalse();
    }
    assertThat(
            new PersonalVideosOutcome(
                    200, 160, 160, failed, 0, 0, 0, 0, 0, 3, 60, List.of("of another kind"))
                .isClean())
        .isFalse();
  }

  @Test
  void nothingUploadedProvesNothing() {
    assertThat(
            new PersonalVideosOutcome(0, 0, 0, Map.of(), 0, 0, 0, 0, 0, 0, 1, List.of()).isClean())
        .isFalse();
  }
}
