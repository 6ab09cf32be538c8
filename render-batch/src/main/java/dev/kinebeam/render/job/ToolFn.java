package dev.kinebeam.render.job;

import org.apache.beam.sdk.transforms.DoFn;

/** A step that works with the worker's tools. */
abstract class ToolFn<I, O> extends DoFn<I, O> {
  private final Toolbox toolbox;
  private transient RenderTools tools;

  ToolFn(Toolbox toolbox) {
    this.toolbox = toolbox;
  }

  @Setup
  public final void acquireTools() {
    tools = SharedTools.acquire(toolbox);
  }

  @Teardown
  public final void releaseTools() {
    if (tools != null) {
      tools = null;
      SharedTools.release(toolbox);
    }
  }

  final RenderTools tools() {
    return tools;
  }
}
