package dev.kinebeam.program.process;

import java.util.concurrent.CountDownLatch;

/**
 * Closes a server when the process gets a signal to stop (SIGTERM, Ctrl-C). The process then ends
 * with the exit status of that signal.
 */
public final class StopOnSignal {
  private final CountDownLatch stopped = new CountDownLatch(1);

  private StopOnSignal() {}

  /**
   * From now on a signal closes the server.
   *
   * @param close lets what is in flight finish; called once, in a thread of its own
   */
  public static StopOnSignal closing(Runnable close) {
    StopOnSignal stop = new StopOnSignal();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  close.run();
                  stop.stopped.countDown();
                },
                "stop"));
    return stop;
  }

  /** Returns when a signal has come and the server is closed. */
  public void await() throws InterruptedException {
    stopped.await();
  }
}
