package dev.kinebeam.composer.compose;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class SoundPieceTest {
  private static final int SAMPLES_PER_FRAME = 1600;

  @Property(tries = 200)
  void piecesFollowOneAnotherAndCoverTheTrack(
      @ForAll @Size(min = 1, max = 40) List<@IntRange(min = 1, max = 900) Integer> frames) {
    Track track = new Track(frames);
    int at = 0;
    for (SoundPiece piece : track.pieces()) {
      assertThat(piece.first()).isEqualTo(at);
      assertThat(piece.packets()).isPositive();
      at = piece.end();
    }
    assertThat(at).isEqualTo(SoundPiece.blocks(track.samples()) + 1);
  }

  /** Else what is kept of one render would hardly serve another. */
  @Property(tries = 200)
  void aTakeLongEnoughHasPiecesThatHearNothingButIt(
      @ForAll @Size(min = 1, max = 20) List<@IntRange(min = 30, max = 900) Integer> frames) {
    Track track = new Track(frames);
    int blocks = SoundPiece.blocks(track.samples());
    for (int take = 0; take < frames.size(); take++) {
      long begin = track.joints().get(take);
      long end = begin + (long) frames.get(take) * SAMPLES_PER_FRAME;
      assertThat(track.pieces())
          .anySatisfy(
              piece -> {
                assertThat(piece.firstBlock() * 1024L).isGreaterThanOrEqualTo(begin);
                assertThat(Math.min(track.samples(), piece.endBlock(blocks) * 1024L))
                    .isLessThanOrEqualTo(end);
              });
    }
  }

  @Property(tries = 200)
  void noPieceIsLong(
      @ForAll @Size(min = 1, max = 5) List<@IntRange(min = 30, max = 9_000) Integer> frames) {
    assertThat(new Track(frames).pieces())
        .allSatisfy(piece -> assertThat(piece.packets()).isLessThan(400));
  }

  @Test
  void aTrackShorterThanAPieceIsOne() {
    assertThat(SoundPiece.cut(List.of(0L, 1600L), 3200)).containsExactly(new SoundPiece(0, 5));
  }

  private record Track(List<Long> joints, long samples) {
    Track(List<Integer> frames) {
      this(joints(frames), frames.stream().mapToLong(Integer::longValue).sum() * SAMPLES_PER_FRAME);
    }

    List<SoundPiece> pieces() {
      return SoundPiece.cut(joints, samples);
    }

    private static List<Long> joints(List<Integer> frames) {
      List<Long> joints = new ArrayList<>();
      long at = 0;
      for (int count : frames) {
        joints.add(at);
        at += (long) count * SAMPLES_PER_FRAME;
      }
      return joints;
    }
  }
}
