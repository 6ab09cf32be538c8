package dev.kinebeam.render.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.kinebeam.catalog.db.RenderFailure;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.RenderKey;
import dev.kinebeam.schemas.render.RenderResult;
import dev.kinebeam.schemas.render.RequestedOrder;

/** How an order ended. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "outcome")
@JsonSubTypes({
  @JsonSubTypes.Type(value = RenderOutcome.Rendered.class, name = "rendered"),
  @JsonSubTypes.Type(value = RenderOutcome.AlreadyRendered.class, name = "already_rendered"),
  @JsonSubTypes.Type(value = RenderOutcome.RenderFailed.class, name = "failed"),
  @JsonSubTypes.Type(value = RenderOutcome.NoKey.class, name = "no_key")
})
public sealed interface RenderOutcome {
  ComposeOrder order();

  /** What is returned to whoever waits. */
  RenderResult result();

  /**
   * Composed, playable and recorded.
   *
   * @param bytes of the file that the host took
   */
  record Rendered(ComposeOrder order, RenderResult result, long bytes) implements RenderOutcome {}

  /** Was ready before; nothing was done. */
  record AlreadyRendered(ComposeOrder order, RenderResult result) implements RenderOutcome {}

  /** Cannot be served as things are; the result's error names the file or slot. */
  record RenderFailed(ComposeOrder order, RenderResult result, boolean retryable)
      implements RenderOutcome {
    /** Why, as the render's row holds it. */
    RenderFailure failure() {
      return new RenderFailure(result.error(), retryable);
    }
  }

  /**
   * Failed before the language or asset version that it leaves out was known: it is an order for no
   * render, so no row is kept of it.
   *
   * @param order with placeholders for what it leaves out
   */
  record NoKey(ComposeOrder order, RenderResult result) implements RenderOutcome {}

  /** An order that cannot be served, for that reason. */
  static RenderOutcome failed(ComposeOrder order, String reason) {
    return failed(order, new RenderFailure(reason, false));
  }

  /** An order that cannot be served, or not now. */
  static RenderOutcome failed(ComposeOrder order, RenderFailure failure) {
    return new RenderFailed(order, result(order, failure.reason()), failure.retryable());
  }

  /** An order that cannot be served, for that reason, before it was completed. */
  static RenderOutcome failed(RequestedOrder asked, RenderFailure failure) {
    ComposeOrder order = asked.unanswered();
    return asked.namesItsKey()
        ? failed(order, failure)
        : new NoKey(order, result(order, failure.reason()));
  }

  private static RenderResult result(ComposeOrder order, String reason) {
    RenderKey key = order.key();
    return new RenderResult(
        key.renderId(),
        RenderResult.Status.FAILED,
        key,
        RenderResult.Video.NONE,
        null,
        null,
        null,
        reason);
  }
}
