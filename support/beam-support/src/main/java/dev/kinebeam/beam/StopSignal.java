package dev.kinebeam.beam;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and Ctrl-C as a request to stop, after which a program ends by itself, with the exit
 * status that it chooses. By default the JVM ends with 143 or 130, and whatever runs is cut off. A
 * second signal, of either kind, does that. A program that has not ended in time, because its
 * action fails or hangs for example, is ended with status 1.
 */
public final class StopSignal {
  private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);

  private final Duration within;
  private boolean requested;
  private Runnable action;

  private StopSignal(Duration within) {
    this.within = within;
  }

  /**
   * Takes the two signals over for the rest of the process's life.
   *
   * @param within how long the program may take to end after the request
   */
  public static StopSignal install(Duration within) {
    StopSignal stop = new StopSignal(within);
    List<Handlers> taken = new CopyOnWriteArrayList<>();
    for (String name : new String[] {"TERM", "INT"}) {
      try {
        Handlers handlers = Handlers.of(name);
        handlers.set(
            () -> {
              for (Handlers one : taken) {
                one.reset();
              }
              stop.request(name);
            });
        taken.add(handlers);
      } catch (ReflectiveOperationException e) {
        // -Xrs leaves signals to the system, and another JVM may have no such classes.
        LOG.info("SIG{} ends the process at once: {}", name, String.valueOf(e.getCause()));
      }
    }
    return stop;
  }

  /** Whether a signal has come. */
  public synchronized boolean isRequested() {
    return requested;
  }

  /** Runs {@code stop} when a signal comes; at once, where one has come already. */
  public void onRequest(Runnable stop) {
    synchronized (this) {
      action = stop;
      if (!requested) {
        return;
      }
    }
    stop.run();
  }

  private void request(String signal) {
    Runnable stop;
    boolean second;
    synchronized (this) {
      second = requested;
      requested = true;
      stop = action;
    }
    if (second) {
      // It came while the first one was being handled.
      Runtime.getRuntime().halt(1);
    }
    LOG.info("SIG{}: stopping; a second signal ends the process at once", signal);
    // A thread of its own: the action may hang or fail.
    Thread deadline = new Thread(this::endWhenOverdue, "stop-deadline");
    deadline.setDaemon(true);
    deadline.start();
    try {
      if (stop != null) {
        stop.run();
      }
    } catch (RuntimeException | Error e) {
      LOG.error("stopping failed; the process ends within {} s", within.toSeconds(), e);
    }
  }

  private void endWhenOverdue() {
    long deadline = System.nanoTime() + within.toNanos();
    while (System.nanoTime() < deadline) {
      LockSupport.parkNanos(deadline - System.nanoTime());
    }
    LOG.error("not stopped within {} s; ending all the same", within.toSeconds());
    Runtime.getRuntime().halt(1);
  }

  /** What a signal does. */
  @FunctionalInterface
  private interface SignalAction {
    void run() throws ReflectiveOperationException;
  }

  /** One signal's handlers; by reflection, since a compiler warns of these classes. */
  private record Handlers(Class<?> type, Class<?> handler, Object signal, String name) {
    static Handlers of(String name) throws ReflectiveOperationException {
      Class<?> type = Class.forName("sun.misc.Signal");
      return new Handlers(
          type,
          Class.forName("sun.misc.SignalHandler"),
          type.getConstructor(String.class).newInstance(name),
          name);
    }

    /** The next signal of this kind runs {@code request}, in a thread of its own. */
    void set(SignalAction request) throws ReflectiveOperationException {
      InvocationHandler calls =
          (self, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  request.run();
                  yield null;
                }
                case "equals" -> self == arguments[0];
                case "hashCode" -> System.identityHashCode(self);
                default -> "the handler of SIG" + name;
              };
      handle(Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, calls));
    }

    /** Later signals of this kind end the process at once. */
    void reset() throws ReflectiveOperationException {
      handle(handler.getField("SIG_DFL").get(null));
    }

    private void handle(Object by) throws ReflectiveOperationException {
      type.getMethod("handle", type, handler).invoke(null, signal, by);
    }
  }
}
