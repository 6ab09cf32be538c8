package dev.kinebeam.composer.libav;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.composer.libav.TimeLine.Begin;
import dev.kinebeam.composer.libav.TimeLine.Run;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimeLineTest {
  private static final long S = 1_000_000;

  @Test
  void aSecondRecordingFollowsTheFirstWithPictureAndSoundMovedAlike() throws MediaException {
    TimeLine line =
        TimeLine.of(
            runs(Begin.RESTART, 1 * S, 3 * S, 1 * S, 5 * S),
            runs(Begin.RESTART, 1 * S, 3 * S + 20_000, 1 * S - 20_000, 5 * S),
            true);
    assertThat(line.offset(1)).isEqualTo(2 * S);
    assertThat(line.soundOffset(1)).isEqualTo(2 * S);
  }

  @Test
  void aJumpOfBothIsClosedInBroadcastFormatsAndRefusedElsewhere() throws MediaException {
    List<Run> picture = runs(Begin.JUMP, 0, 2 * S, 98 * S, 100 * S);
    List<Run> sound = runs(Begin.JUMP, 0, 2 * S + 10_000, 98 * S + 10_000, 100 * S);
    assertThat(TimeLine.of(picture, sound, true).soundOffset(1)).isEqualTo(-96 * S);
    assertThatThrownBy(() -> TimeLine.of(picture, sound, false))
        .isInstanceOf(MediaException.class)
        .hasMessageStartingWith("its time jumps from 2.00 s to 98.00 s");
  }

  @Test
  void aStillPictureUnderSoundThatContinuesStays() throws MediaException {
    TimeLine line =
        TimeLine.of(
            runs(Begin.JUMP, 0, 2 * S, 30 * S, 40 * S),
            List.of(new Run(Begin.FIRST, 0, 40 * S)),
            true);
    assertThat(line.offset(1)).isZero();
    assertThat(line.soundOffset(0)).isZero();
  }

  @Test
  void soundThatContinuesForLongDelaysTheNextPictureByWholeFrames() throws MediaException {
    TimeLine line =
        TimeLine.of(
            runs(Begin.RESTART, 0, 2 * S, 0, 2 * S),
            runs(Begin.RESTART, 0, 2 * S + 450_000, 0, 2 * S),
            true);
    assertThat(line.offset(1)).isEqualTo(2 * S + 14 * S / 30);
    assertThat(line.soundOffset(1)).isEqualTo(line.offset(1));
  }

  @Test
  void timeThatStartsAgainInOneOfTheTwoIsRefusedByName() {
    List<Run> twice = runs(Begin.RESTART, 0, 2 * S, 0, 2 * S);
    List<Run> once = List.of(new Run(Begin.FIRST, 0, 4 * S));
    assertThatThrownBy(() -> TimeLine.of(twice, once, true))
        .isInstanceOf(MediaException.class)
        .hasMessage(
            "its picture starts again at 2.00 s (from 0.00 s) and its sound does not:"
                + " export it as one recording");
    assertThatThrownBy(() -> TimeLine.of(once, twice, true))
        .isInstanceOf(MediaException.class)
        .hasMessageStartingWith("its sound starts again at 2.00 s");
  }

  @Test
  void aFileWithOneStreamKeepsItsStillsOutsideOfBroadcastFormats() {
    List<Run> slides = runs(Begin.JUMP, 0, 1 * S, 60 * S, 61 * S);
    assertThat(TimeLine.of(slides, false).offset(1)).isZero();
    assertThat(TimeLine.of(slides, true).offset(1)).isEqualTo(-59 * S);
  }

  private static List<Run> runs(Begin begin, long start, long end, long again, long last) {
    return List.of(new Run(Begin.FIRST, start, end), new Run(begin, again, last));
  }
}
