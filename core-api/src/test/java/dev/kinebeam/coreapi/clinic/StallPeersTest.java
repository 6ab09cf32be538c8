package dev.kinebeam.coreapi.clinic;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Samples that were cut off are not compared with each other. */
class StallPeersTest {
  private static final UUID ONE = UUID.randomUUID();
  private static final UUID OTHER = UUID.randomUUID();
  private static final Instant AT = Instant.parse("2026-03-04T05:06:07Z");
  private static final List<StallPeers.Row> ROWS =
      List.of(
          new StallPeers.Row("stall_there", ONE, AT, Optional.empty(), Optional.of(8.5)),
          new StallPeers.Row("played_it", OTHER, AT, Optional.empty(), Optional.empty()),
          new StallPeers.Row("stall_then", ONE, AT, Optional.empty(), Optional.empty()));

  @Test
  void othersAreCountedAtTheSamePosition() {
    assertThat(new StallPeers(ROWS, true, true).at(8)).contains(new StallVerdict.Others(1, 2));
    assertThat(new StallPeers(ROWS, false, true).at(8)).isPresent();
  }

  @Test
  void ofMoreThanAreLookedAtNothingIsSaid() {
    assertThat(new StallPeers(ROWS, true, false).at(8)).isEmpty();
    assertThat(new StallPeers(ROWS, true, false).at(AT)).isPresent();
    assertThat(new StallPeers(ROWS, false, true).at(AT)).isEmpty();
  }

  @Test
  void aSampleIsCompleteUntilItReachesTheMost() {
    StallPeers.Row stall = ROWS.get(0);
    List<StallPeers.Row> fewer = Collections.nCopies(StallPeers.MOST - 1, stall);
    List<StallPeers.Row> most = Collections.nCopies(StallPeers.MOST, stall);
    assertThat(StallPeers.of(fewer).at(8)).isPresent();
    assertThat(StallPeers.of(most).at(8)).isEmpty();
  }
}
