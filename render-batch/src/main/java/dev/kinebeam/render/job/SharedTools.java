package dev.kinebeam.render.job;

import java.util.HashMap;
import java.util.Map;

/**
 * One set of tools for all steps of a JVM, however many threads run them: opened by the first, and
 * closed when the last releases it.
 */
final class SharedTools {
  private static final Map<Toolbox, Shared> OPEN = new HashMap<>();

  private static final class Shared {
    private final RenderTools tools;
    private int holders;

    Shared(RenderTools tools) {
      this.tools = tools;
    }
  }

  private SharedTools() {}

  static synchronized RenderTools acquire(Toolbox toolbox) {
    Shared shared = OPEN.computeIfAbsent(toolbox, box -> new Shared(box.open()));
    shared.holders++;
    return shared.tools;
  }

  static synchronized void release(Toolbox toolbox) {
    Shared shared = OPEN.get(toolbox);
    if (shared != null && --shared.holders == 0) {
      OPEN.remove(toolbox);
      shared.tools.close();
    }
  }
}
