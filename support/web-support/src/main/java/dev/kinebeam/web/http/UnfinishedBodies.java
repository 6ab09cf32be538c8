package dev.kinebeam.web.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Counts the bodies that are on their way, by caller and by client address, so that one of them
 * cannot take what all share. Only bodies that have not arrived with their header fields are
 * counted. Thread-safe.
 */
final class UnfinishedBodies {
  private final int perCaller;
  private final int perAddress;
  private final long bytesPerCaller;
  private final Map<Object, Count> callers = new HashMap<>();
  private final Map<Object, Count> addresses = new HashMap<>();

  private static final Count NONE = new Count(0, 0);

  private record Count(int bodies, long bytes) {
    Count plus(int body, long length) {
      return new Count(bodies + body, bytes + length);
    }
  }

  /**
   * A counter.
   *
   * @param bytesPerCaller what one caller's bodies may announce together; a single body may always
   *     be larger
   */
  UnfinishedBodies(int perCaller, int perAddress, long bytesPerCaller) {
    this.perCaller = perCaller;
    this.perAddress = perAddress;
    this.bytesPerCaller = bytesPerCaller;
  }

  /** A body that is counted until it is closed. */
  interface Lease extends AutoCloseable {
    @Override
    void close();
  }

  /** Counts one more body of {@code length} bytes, or nothing when there are too many. */
  synchronized Optional<Lease> begin(Object caller, Object address, long length) {
    Count ofCaller = callers.getOrDefault(caller, NONE);
    Count ofAddress = addresses.getOrDefault(address, NONE);
    boolean room =
        ofCaller.bodies < perCaller
            && ofAddress.bodies < perAddress
            && (ofCaller.bodies == 0 || ofCaller.bytes + length <= bytesPerCaller);
    if (!room) {
      return Optional.empty();
    }
    callers.put(caller, ofCaller.plus(1, length));
    addresses.put(address, ofAddress.plus(1, length));
    return Optional.of(() -> end(caller, address, length));
  }

  private synchronized void end(Object caller, Object address, long length) {
    release(callers, caller, length);
    release(addresses, address, length);
  }

  private static void release(Map<Object, Count> counts, Object key, long length) {
    counts.computeIfPresent(
        key, (same, count) -> count.bodies == 1 ? null : count.plus(-1, -length));
  }

  /** How many callers and addresses are counted now. */
  synchronized int keys() {
    return callers.size() + addresses.size();
  }
}
