package dev.kinebeam.web.server;

/** A program that serves HTTP, from its start until it is closed. */
public interface RunningServer extends AutoCloseable {
  /** The port of the interface. */
  int port();

  /** The port of health and metrics. */
  int adminPort();

  /** Lets the requests in flight finish, and closes everything. */
  @Override
  void close();
}
