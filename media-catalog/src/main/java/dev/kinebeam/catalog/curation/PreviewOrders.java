package dev.kinebeam.catalog.curation;

import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.db.RenderLane;
import dev.kinebeam.catalog.db.RenderOrders;
import dev.kinebeam.schemas.render.Bundle;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * The previews of one asset version of an exercise, ordered together: what is shown stays until
 * each is ready. Used in one transaction, in this order: {@link #request}, the lock of the
 * exercise, {@link #enter}; see {@code settle_preview}.
 *
 * @param orders in the order of the exercise's languages
 * @param firstPosition 0 when the first is that of the exercise's first language, else 1
 */
record PreviewOrders(List<ComposeOrder> orders, int firstPosition) {
  /** Of an exercise that patients are not shown. */
  static final PreviewOrders NONE = new PreviewOrders(List.of(), 0);

  PreviewOrders {
    orders = List.copyOf(orders);
  }

  static PreviewOrders of(PreviewPlan plan, int assetVersion) {
    return new PreviewOrders(
        plan.recipes().stream()
            .map(recipe -> new ComposeOrder(recipe, assetVersion, false))
            .toList(),
        plan.servesFirst() ? 0 : 1);
  }

  /**
   * What previews the bundle gives, as the object store has it now. To be asked outside of a
   * transaction.
   *
   * @throws Refused when it is unusable, or lacks something for the first language
   * @throws IOException when the object store cannot be asked
   */
  static PreviewPlan plan(Bundles bundles, String slug) throws Refused, IOException {
    Bundle bundle;
    try {
      bundle = bundles.load(slug);
    } catch (Bundles.UnusableException e) {
      throw Refused.conflict("bundle", e.error().code(), e.error().message());
    }
    PreviewPlan plan = PreviewPlan.of(bundle);
    if (!plan.servesFirst()) {
      throw new Refused(Refused.Kind.CONFLICT, plan.missing());
    }
    return plan;
  }

  /**
   * Asks for the renders, in the order in which everybody locks renders.
   *
   * @param organisation that the exercise belongs to
   */
  void request(Handle handle, Optional<UUID> organisation) {
    orders.stream()
        .sorted(ComposeOrder.BY_RENDER)
        .forEach(
            order -> RenderOrders.request(handle, order, RenderLane.INTERACTIVE, organisation));
  }

  /** Enters the orders in the place of earlier ones, and draws the consequences of each. */
  void enter(Handle handle, UUID exercise) {
    handle.execute("DELETE FROM preview_orders WHERE exercise_id = ?", exercise);
    for (int i = 0; i < orders.size(); i++) {
      ComposeOrder order = orders.get(i);
      handle.execute(
          """
          INSERT INTO preview_orders (exercise_id, language, render_id, asset_version, position)
          VALUES (?, ?, ?, ?, ?)
          """,
          exercise,
          order.recipe().language(),
          order.renderId(),
          order.assetVersion(),
          firstPosition + i);
    }
    for (ComposeOrder order : orders) {
      handle.execute("SELECT settle_preview(?)", order.renderId());
    }
  }
}
