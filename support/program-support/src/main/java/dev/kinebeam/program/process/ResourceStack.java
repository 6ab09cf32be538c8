package dev.kinebeam.program.process;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a program has opened; closing it closes each part, the last opened first. */
public final class ResourceStack implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ResourceStack.class);

  private final Deque<AutoCloseable> open = new ArrayDeque<>();

  /** Adds a part, and returns it. */
  public <T extends AutoCloseable> T add(T part) {
    open.push(part);
    return part;
  }

  @Override
  @SuppressWarnings("CatchingUnchecked") // what does not close must not keep the rest open
  public void close() {
    while (!open.isEmpty()) {
      AutoCloseable part = open.pop();
      try {
        part.close();
      } catch (Exception e) {
        LOG.warn("{} does not close", part.getClass().getSimpleName(), e);
      }
    }
  }
}
