package dev.kinebeam.program.observability;

import java.io.IOException;
import java.util.OptionalInt;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a program serves health and metrics.
 *
 * @param port 0 takes a free one; empty for the program's usual port, or a free one while another
 *     program has it
 */
public record AdminAddress(String host, OptionalInt port) {
  private static final Logger LOG = LoggerFactory.getLogger(AdminAddress.class);

  /** Starts a server at a port. */
  private interface Starting {
    AdminServer at(int port) throws IOException;
  }

  /**
   * As {@link AdminServer#start(String, String, int)}.
   *
   * @throws IOException when a port is given and cannot be bound
   */
  public AdminServer start(String program, int usualPort) throws IOException {
    return start(usualPort, chosen -> AdminServer.start(program, host, chosen));
  }

  /**
   * As {@link AdminServer#start(String, String, int, Dependencies, Metrics, Supplier)}.
   *
   * @throws IOException when a port is given and cannot be bound
   */
  public AdminServer start(
      String program,
      int usualPort,
      Dependencies dependencies,
      Metrics metrics,
      Supplier<String> text)
      throws IOException {
    return start(
        usualPort, chosen -> AdminServer.start(program, host, chosen, dependencies, metrics, text));
  }

  private AdminServer start(int usualPort, Starting starting) throws IOException {
    if (port.isPresent()) {
      return starting.at(port.getAsInt());
    }
    try {
      return starting.at(usualPort);
    } catch (IOException taken) {
      LOG.info("{}; taking a free port", taken.getMessage());
      return starting.at(0);
    }
  }
}
