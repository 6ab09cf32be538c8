package dev.kinebeam.beam;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGTERM and Ctrl-C as a request to stop, after which a program ends by itself, with the exit
 * status that it chooses. By default the JVM ends with 143 or 130, and whatever runs is cut off. A
 * second signal does that; so does a program that has not ended in time, with status 1.
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
    for (String name : new String[] {"TERM", "INT"}) {
      try {
        Handlers.of(name).set(stop::request);
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
    LOG.info("SIG{}: stopping; a second one ends the process at once", signal);
    Runnable stop;
    synchronized (this) {
      requested = true;
      stop = action;
    }
    if (stop != null) {
      stop.run();
    }
    long deadline = System.nanoTime() + within.toNanos();
    while (System.nanoTime() < deadline) {
      LockSupport.parkNanos(deadline - System.nanoTime());
    }
    LOG.error("not stopped within {} s; ending all the same", within.toSeconds());
    Runtime.getRuntime().halt(1);
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

    /** The next signal of this kind is handed over, in a thread of its own; later ones are not. */
    void set(Consumer<String> request) throws ReflectiveOperationException {
      InvocationHandler calls =
          (self, method, arguments) ->
              switch (method.getName()) {
                case "handle" -> {
                  handle(handler.getField("SIG_DFL").get(null));
                  request.accept(name);
                  yield null;
                }
                case "equals" -> self == arguments[0];
                case "hashCode" -> System.identityHashCode(self);
                default -> "the handler of SIG" + name;
              };
      handle(Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, calls));
    }

    private void handle(Object by) throws ReflectiveOperationException {
      type.getMethod("handle", type, handler).invoke(null, signal, by);
    }
  }
}
