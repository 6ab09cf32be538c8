package dev.kinebeam.worker.relay;

import dev.kinebeam.catalog.db.RenderLane;
import dev.kinebeam.catalog.db.RenderOutbox.Standing;
import java.util.ArrayList;
import java.util.List;

/**
 * Decides whose turn it is. Interactive orders go before those of bulks; while both wait, every
 * fourth order taken is one of a bulk, so that neither waits for the end of the other. So few
 * orders are on their way at a time that one which is entered now has few before it: that is what
 * makes the turns matter, since orders are served in the order in which they were sent. Not
 * thread-safe.
 */
public final class LaneTurns {
  private static final int TURNS = 4;

  private final Limits limits;
  private int sinceBulk;

  /**
   * How many orders may be on their way: given to the composers and not ended.
   *
   * @param orders of both lanes
   * @param bulk of the bulk lane; fewer, so that an interactive order finds room
   */
  public record Limits(int orders, int bulk) {
    public static final Limits USUAL = new Limits(16, 8);

    public Limits {
      if (bulk < 1 || orders <= bulk) {
        throw new IllegalArgumentException(
            "--orders-in-flight is %d and --bulk-in-flight is %d; the second must be 1 or more and less than the first"
                .formatted(orders, bulk));
      }
    }
  }

  LaneTurns(Limits limits) {
    this.limits = limits;
  }

  /** How many more orders there is room for. */
  int room(Standing standing) {
    return limits.orders()
        - standing.inFlight(RenderLane.INTERACTIVE)
        - standing.inFlight(RenderLane.BULK);
  }

  /**
   * Takes orders while there is room.
   *
   * @param interactive those of that lane that are due, the oldest first
   * @param bulk likewise
   * @return those to be sent now, in this order
   */
  <T> List<T> take(List<T> interactive, List<T> bulk, Standing standing) {
    int room = room(standing);
    int bulkRoom = Math.min(room, limits.bulk() - standing.inFlight(RenderLane.BULK));
    List<T> taken = new ArrayList<>();
    int nextInteractive = 0;
    int nextBulk = 0;
    while (taken.size() < room) {
      boolean bulkWaits = nextBulk < bulk.size() && nextBulk < bulkRoom;
      boolean interactiveWaits = nextInteractive < interactive.size();
      if (bulkWaits && (!interactiveWaits || sinceBulk >= TURNS - 1)) {
        taken.add(bulk.get(nextBulk++));
        sinceBulk = 0;
      } else if (interactiveWaits) {
        taken.add(interactive.get(nextInteractive++));
        // Turns are counted only while a bulk waits: it is given no credit for a time before it.
        sinceBulk = bulk.isEmpty() ? 0 : sinceBulk + 1;
      } else {
        break;
      }
    }
    return taken;
  }
}
