package dev.kinebeam.web.http;

/** A response that continues: what is offered is sent as the caller reads it. Thread-safe. */
public interface ResponseStream {
  /**
   * Sends {@code bytes} after what was offered before; never waits.
   *
   * @return whether the caller is still there; one that takes too little for too long is
   *     disconnected
   */
  boolean offer(byte[] bytes);

  /** Ends the answer. */
  void end();
}
