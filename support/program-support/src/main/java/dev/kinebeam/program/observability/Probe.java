package dev.kinebeam.program.observability;

/** Asks a service for an answer; used by one thread at a time. */
@FunctionalInterface
public interface Probe extends AutoCloseable {
  /**
   * Returns when the service has answered. An implementation limits its own time to about {@link
   * Dependencies#ANSWER_WITHIN}; a longer one counts as a failure meanwhile.
   *
   * @throws Exception whose message says why there is no answer
   */
  void check() throws Exception;

  /** Releases what the probe holds. */
  @Override
  default void close() {}
}
