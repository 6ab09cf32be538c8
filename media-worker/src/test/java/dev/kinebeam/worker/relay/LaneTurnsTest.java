package dev.kinebeam.worker.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.catalog.db.RenderLane;
import dev.kinebeam.catalog.db.RenderOutbox.Standing;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LaneTurnsTest {
  private static final LaneTurns.Limits WIDE = new LaneTurns.Limits(1_000, 999);

  private static Standing inFlight(int interactive, int bulk) {
    return new Standing(
        Map.of(RenderLane.INTERACTIVE, interactive, RenderLane.BULK, bulk),
        Map.of(),
        Duration.ZERO);
  }

  private static List<String> orders(String of, int number) {
    return IntStream.range(0, number).mapToObj(i -> of + i).toList();
  }

  @Test
  void whileBothWaitEveryFourthIsOneOfABulk() {
    List<String> taken = new LaneTurns(WIDE).take(orders("i", 20), orders("b", 20), inFlight(0, 0));
    assertThat(taken.subList(0, 8)).containsExactly("i0", "i1", "i2", "b0", "i3", "i4", "i5", "b1");
    assertThat(taken).hasSize(40);
  }

  /** One order at a time, as the composers get room, gives the same order as all at once. */
  @Test
  void turnsGoOnFromOneCallToTheNext() {
    LaneTurns turns = new LaneTurns(new LaneTurns.Limits(8, 7));
    List<String> interactive = new ArrayList<>(orders("i", 12));
    List<String> bulk = new ArrayList<>(orders("b", 12));
    List<String> all = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      List<String> next = turns.take(interactive, bulk, inFlight(5, 2));
      assertThat(next).hasSize(1);
      interactive.removeAll(next);
      bulk.removeAll(next);
      all.addAll(next);
    }
    assertThat(all).filteredOn(order -> order.startsWith("b")).containsExactly("b0", "b1", "b2");
    for (int i = 0; i < all.size(); i++) {
      assertThat(all.get(i).startsWith("b")).as("turn %d", i).isEqualTo(i % 4 == 3);
    }
  }

  @Test
  void aBulkAloneLeavesRoomForAnOrderThatSomebodyWaitsFor() {
    LaneTurns turns = new LaneTurns(LaneTurns.Limits.USUAL);
    assertThat(turns.take(List.of(), orders("b", 500), inFlight(0, 0))).hasSize(8);
    assertThat(turns.take(List.of(), orders("b", 492), inFlight(0, 8))).isEmpty();
    assertThat(turns.take(List.of("i0"), orders("b", 492), inFlight(0, 8))).containsExactly("i0");
  }

  @Test
  void nothingIsTakenWithoutRoom() {
    LaneTurns turns = new LaneTurns(LaneTurns.Limits.USUAL);
    assertThat(turns.take(orders("i", 9), orders("b", 9), inFlight(12, 4))).isEmpty();
    assertThat(turns.take(orders("i", 9), orders("b", 9), inFlight(12, 9))).isEmpty();
  }

  /** A bulk that begins gets its turn after three orders, not at once for those before it. */
  @Test
  void aBulkIsGivenNoCreditForTheTimeBeforeIt() {
    LaneTurns turns = new LaneTurns(WIDE);
    turns.take(orders("i", 10), List.of(), inFlight(0, 0));
    assertThat(turns.take(orders("j", 4), orders("b", 1), inFlight(10, 0)))
        .containsExactly("j0", "j1", "j2", "b0", "j3");
  }

  @Test
  void limitsThatLeaveNoRoomAreRefused() {
    assertThatThrownBy(() -> new LaneTurns.Limits(8, 8))
        .hasMessageContaining("--bulk-in-flight is 8");
    assertThatThrownBy(() -> new LaneTurns.Limits(8, 0)).hasMessageContaining("1 or more");
  }
}
