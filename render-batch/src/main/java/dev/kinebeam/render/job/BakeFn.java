package dev.kinebeam.render.job;

import java.io.IOException;
import java.io.InterruptedIOException;

/** Bakes one render. Blocks while it composes, while others do, and while the host works. */
final class BakeFn extends ToolFn<PlannedRender, RenderOutcome> {
  BakeFn(Toolbox toolbox) {
    super(toolbox);
  }

  @ProcessElement
  public void process(@Element PlannedRender render, OutputReceiver<RenderOutcome> out)
      throws InterruptedIOException {
    try {
      out.output(new Baker(tools()).bake(render));
    } catch (IOException e) {
      out.output(RenderOutcome.failed(render.order(), Failures.reason(e)));
    } catch (RuntimeException e) {
      out.output(
          RenderOutcome.failed(render.order(), Failures.ofOurs(e, render.order().renderId())));
    }
  }
}
