package dev.kinebeam.trials.servers;

import java.io.Closeable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What an environment consists of; closed last first, when this JVM exits at the latest. */
public final class RunningParts implements Closeable {
  private final Deque<Closeable> open = new ArrayDeque<>();
  private final Thread atExit = new Thread(this::closeAtExit, "parts-at-exit");

  public RunningParts() {
    Runtime.getRuntime().addShutdownHook(atExit);
  }

  /** Closes this one before those that were kept earlier. */
  public synchronized void keep(Closeable part) {
    open.push(part);
  }

  /** A start that may fail. */
  public interface Start {
    void run() throws IOException, SQLException;
  }

  /** Runs {@code start}; what it has kept is closed when it fails. */
  public void startOrClose(Start start) throws IOException, SQLException {
    try {
      start.run();
    } catch (IOException | SQLException | RuntimeException e) {
      try {
        close();
      } catch (IOException alsoFailed) {
        e.addSuppressed(alsoFailed);
      }
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    stopAll();
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException exiting) {
      // The hook is running, or about to: it will find nothing left to stop.
    }
  }

  private synchronized void stopAll() throws IOException {
    IOException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException e) {
        failure = e;
      }
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void closeAtExit() {
    try {
      stopAll();
    } catch (IOException e) {
      System.err.println("the drill did not stop cleanly: " + e.getMessage());
    }
  }
}
