package dev.kinebeam.programs.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/** Finds ports on 127.0.0.1 that no process listens on, never the same one twice. */
public final class FreePorts {
  private static final byte[] LOOPBACK = {127, 0, 0, 1};
  private static final int ANY = 0;
  private static final int ATTEMPTS = 50;

  private final PortChoice choice;
  private final Set<Integer> given = new HashSet<>();

  public FreePorts(PortChoice choice) {
    this.choice = choice;
  }

  /** The usual port when wanted and free, else any free one. */
  public int usualOrFree(int usual) throws IOException {
    boolean wanted = choice == PortChoice.USUAL_OR_FREE;
    return wanted && isFree(usual) && given.add(usual) ? usual : free();
  }

  public int free() throws IOException {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try (ServerSocket socket = bind(ANY)) {
        if (given.add(socket.getLocalPort())) {
          return socket.getLocalPort();
        }
      }
    }
    throw new IOException("no free port on 127.0.0.1 after " + ATTEMPTS + " attempts");
  }

  /** Whether no process listens on this port of 127.0.0.1 at this moment. */
  public static boolean isFree(int port) {
    try (ServerSocket socket = bind(port)) {
      return socket.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  private static ServerSocket bind(int port) throws IOException {
    ServerSocket socket = new ServerSocket();
    try {
      // A port in TIME_WAIT after our own last run is free for a listener.
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getByAddress(LOOPBACK), port));
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }
}
