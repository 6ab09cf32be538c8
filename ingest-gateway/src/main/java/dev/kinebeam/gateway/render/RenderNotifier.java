package dev.kinebeam.gateway.render;

import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;

/** Wakes requests that wait for a render when its result arrives. Thread-safe. */
public final class RenderNotifier {
  private final Map<UUID, Set<CountDownLatch>> listeners = new ConcurrentHashMap<>();

  /** Wakes everyone who listens for this render. */
  public void notifyEnded(UUID renderId) {
    listeners.computeIfPresent(
        renderId,
        (id, waiting) -> {
          waiting.forEach(CountDownLatch::countDown);
          return null;
        });
  }

  /** A latch that opens at the next ring; {@link #forget} it in the end. */
  CountDownLatch listen(UUID renderId) {
    CountDownLatch latch = new CountDownLatch(1);
    listeners.compute(
        renderId,
        (id, waiting) -> {
          Set<CountDownLatch> all = waiting == null ? ConcurrentHashMap.newKeySet() : waiting;
          all.add(latch);
          return all;
        });
    return latch;
  }

  void forget(UUID renderId, CountDownLatch latch) {
    listeners.computeIfPresent(
        renderId,
        (id, waiting) -> {
          waiting.remove(latch);
          return waiting.isEmpty() ? null : waiting;
        });
  }
}
