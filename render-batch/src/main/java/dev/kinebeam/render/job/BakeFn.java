package dev.kinebeam.render.job;

import java.io.InterruptedIOException;

/** Bakes one render. Blocks while it composes, while others do, and while the host works. */
final class BakeFn extends ToolFn<PlannedRender, RenderOutcome> {
  BakeFn(Toolbox toolbox) {
    super(toolbox);
  }

  @ProcessElement
  public void process(@Element PlannedRender render, OutputReceiver<RenderOutcome> out)
      throws InterruptedIOException {
    out.output(Failures.orOutcome(render.order(), () -> new Baker(tools()).bake(render)));
  }
}
