package dev.kinebeam.trials.bench.pages;

import com.microsoft.playwright.CDPSession;
import dev.kinebeam.trials.pages.PagesStage;
import dev.kinebeam.trials.pages.Visitor;
import java.util.concurrent.atomic.AtomicLong;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The heap of a page that follows a stream, after updates.
 *
 * @param before after the first half of the updates, bytes
 * @param after after all of them
 * @param received bytes of the stream: whether the updates came at all
 */
record LiveUpdates(long before, long after, long received) {
  static final int UPDATES = 1_000;

  /** Less than this does not count as growth: noise of a heap that was collected. */
  static final long LIMIT_BYTES = 1_000_000;

  private static final int AT_ONCE = 20;
  private static final int PAUSE_MS = 60;
  private static final int SETTLE_MS = 1_000;

  static LiveUpdates ofInbox(Visitor visitor, PagesStage stage) {
    CDPSession session = visitor.page().context().newCDPSession(visitor.page());
    AtomicLong received = new AtomicLong();
    session.on("Network.dataReceived", it -> received.addAndGet(it.get("dataLength").getAsLong()));
    session.send("Network.enable");
    visitor.open("/clinic/inbox");
    Jdbi owner = Jdbi.create(stage.owner());
    long earlier = received.get();
    update(visitor, owner, UPDATES / 2);
    long before = heap(visitor, session);
    update(visitor, owner, UPDATES / 2);
    return new LiveUpdates(before, heap(visitor, session), received.get() - earlier);
  }

  boolean isFlat() {
    return after - before <= LIMIT_BYTES && received > UPDATES;
  }

  private static void update(Visitor visitor, Jdbi owner, int times) {
    owner.useHandle(
        handle -> {
          for (int i = 0; i < times; i++) {
            update(handle, i);
            if (i % AT_ONCE == 0) {
              visitor.page().waitForTimeout(PAUSE_MS);
            }
          }
        });
  }

  /** Each changes the state, since a change of figures alone is not published. */
  private static void update(Handle handle, int number) {
    handle.execute(
        "UPDATE automations SET state = ? WHERE org_id = ? AND rule = 'network_degradation'",
        number % 2 == 0 ? "acknowledged" : "open",
        PagesStage.CLINIC.orgId());
  }

  private static long heap(Visitor visitor, CDPSession session) {
    visitor.page().waitForTimeout(SETTLE_MS);
    session.send("HeapProfiler.collectGarbage");
    return session.send("Runtime.getHeapUsage").get("usedSize").getAsLong();
  }
}
