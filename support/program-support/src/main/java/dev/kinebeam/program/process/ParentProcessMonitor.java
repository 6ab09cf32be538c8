package dev.kinebeam.program.process;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Ends this process when its parent ends, however the parent ends. The parent holds the writing
 * side of our standard input and never writes: the operating system closes it even after {@code
 * kill -9}.
 */
public final class ParentProcessMonitor {
  private ParentProcessMonitor() {}

  /**
   * Starts watching standard input; at its end the JVM exits with status 0 after its shutdown hooks
   * have run. A process started by hand stays up as long as its terminal does.
   */
  public static void exitWithParent() {
    Thread watch = new Thread(() -> exitAtEndOf(System.in), "parent-watch");
    watch.setDaemon(true);
    watch.start();
  }

  private static void exitAtEndOf(InputStream input) {
    try {
      input.transferTo(OutputStream.nullOutputStream());
    } catch (IOException broken) {
      System.err.println("standard input broke, taken for the end of the parent: " + broken);
    }
    System.exit(0);
  }
}
