package dev.kinebeam.schemas.render;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ComposeOrderTest {
  @Test
  void ordersAreSortedAsTheDatabaseSortsTheirRenders() {
    List<String> ids =
        IntStream.rangeClosed(1, 30)
            .mapToObj(
                reps ->
                    new ComposeOrder(
                        new Recipe("bend", "ro", List.of(new SetSpec("left", reps)), null, false),
                        1,
                        false))
            .sorted(ComposeOrder.BY_RENDER)
            .map(order -> order.renderId().toString())
            .toList();
    assertThat(ids).isSorted();
    assertThat(ids.stream().map(UUID::fromString).sorted().map(UUID::toString).toList())
        .as("ids on both sides of 8000…")
        .isNotEqualTo(ids);
  }
}
