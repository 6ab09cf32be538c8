package dev.kinebeam.coreapi.workouts;

import dev.kinebeam.catalog.db.RenderLane;
import dev.kinebeam.catalog.db.RenderOrders;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Orders of the renders that a workout names. */
final class OrderedRenders {
  private OrderedRenders() {}

  /**
   * Asks for these renders, which locks them until the transaction ends: none is removed, and none
   * becomes ready unnoticed, before the workout names it. In the order of their ids, so that two
   * transactions never wait for each other in a circle. To be called before the workout is locked.
   */
  static void request(Handle handle, UUID organization, Collection<ComposeOrder> orders) {
    orders.stream()
        .sorted(ComposeOrder.BY_RENDER)
        .forEach(
            order ->
                RenderOrders.request(
                    handle, order, RenderLane.INTERACTIVE, Optional.of(organization)));
  }
}
