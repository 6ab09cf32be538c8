package dev.kinebeam.sample;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleExerciseTest {
  @Test
  void bundleIsComplete(@TempDir Path dir) throws Exception {
    SampleExercise.small().writeTo(dir, Progress.NONE);
    for (Clip clip : SampleExercise.small().clips()) {
      assertThat(dir.resolve(clip.fileName())).isNotEmptyFile();
    }
    for (VoiceOver voiceOver : SampleExercise.small().voiceOvers()) {
      assertThat(dir.resolve(voiceOver.fileName())).isNotEmptyFile();
    }
  }
}
