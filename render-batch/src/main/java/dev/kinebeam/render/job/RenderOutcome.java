package dev.kinebeam.render.job;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.RenderKey;
import dev.kinebeam.schemas.render.RenderResult;

/** How an order ended. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "outcome")
@JsonSubTypes({
  @JsonSubTypes.Type(value = RenderOutcome.Rendered.class, name = "rendered"),
  @JsonSubTypes.Type(value = RenderOutcome.AlreadyRendered.class, name = "already_rendered"),
  @JsonSubTypes.Type(value = RenderOutcome.RenderFailed.class, name = "failed")
})
public sealed interface RenderOutcome {
  ComposeOrder order();

  /** What is told to whoever waits. */
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
  record RenderFailed(ComposeOrder order, RenderResult result) implements RenderOutcome {}

  /** An order that cannot be served, for that reason. */
  static RenderFailed failed(ComposeOrder order, String reason) {
    RenderKey key = order.key();
    return new RenderFailed(
        order,
        new RenderResult(
            key.renderId(),
            RenderResult.FAILED,
            key.exercise(),
            key.recipeHash(),
            key.language(),
            key.assetVersion(),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            reason));
  }
}
