package dev.kinebeam.render.job;

import dev.kinebeam.schemas.render.RequestedOrder;
import java.util.UUID;

/**
 * An order as it was given once.
 *
 * @param planId of this giving: the same when a worker meets the same record or line again, another
 *     when the same render is ordered anew
 */
record SubmittedOrder(UUID planId, RequestedOrder order) {
  SubmittedOrder forced() {
    return new SubmittedOrder(planId, order.forced());
  }
}
