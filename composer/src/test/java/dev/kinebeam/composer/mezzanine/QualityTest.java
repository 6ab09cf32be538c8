package dev.kinebeam.composer.mezzanine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QualityTest {
  @ParameterizedTest
  @CsvSource({
    "1080p, 1920, 1080, 1920, 1080",
    "720p, 1920, 1080, 1280, 720",
    "480p, 540, 960, 480, 854",
    "360p, 1080, 1920, 360, 640",
    "720p, 1000, 1000, 720, 720",
    "360p, 2390, 1000, 860, 360"
  })
  void theShorterSideIsTheQualitysAndTheShapeStays(
      String label, int width, int height, int becomesWide, int becomesHigh) {
    Quality shaped = Profile.parse(label).quality().shapedAs(width, height);
    assertThat(shaped.label()).isEqualTo(label);
    assertThat(shaped.format().width()).isEqualTo(becomesWide);
    assertThat(shaped.format().height()).isEqualTo(becomesHigh);
  }

  @Test
  void aLadderBeginsWithItsProfileAndGoesDown() {
    assertThat(Profile.FULL_HD.ladder())
        .containsExactly(Profile.FULL_HD, Profile.HD, Profile.SD_480, Profile.SD);
    assertThat(Profile.SD_480.ladder()).containsExactly(Profile.SD_480, Profile.SD);
    assertThat(Profile.TINY.ladder()).containsExactly(Profile.TINY);
  }

  /** Mezzanines that were made before this class are found again. */
  @Test
  void theVersionOfAProfileIsWhatItWas() {
    assertThat(Profile.HD.quality().version()).startsWith("v3-720p-1280x720-crf23-max4000-");
  }
}
