package dev.kinebeam.catalog.host;

/**
 * Lets one caller at a time make the collection of a name, since hosts let names repeat: processes
 * that share a library must share the lock.
 */
@FunctionalInterface
public interface CollectionLock {
  /**
   * Runs {@code work} while no other holder of this name's lock runs.
   *
   * @throws VideoHostException.Unavailable when the lock does not become free in time
   */
  String run(String name, Work work) throws VideoHostException;

  /** What is done under the lock; returns the collection's id. */
  @FunctionalInterface
  interface Work {
    String run() throws VideoHostException;
  }

  /** Excludes the threads of this process only. */
  static CollectionLock ofThisProcess() {
    Object lock = new Object();
    return (name, work) -> {
      synchronized (lock) {
        return work.run();
      }
    };
  }
}
