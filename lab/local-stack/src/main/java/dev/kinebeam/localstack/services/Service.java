package dev.kinebeam.localstack.services;

import java.io.IOException;

/** A server that runs in a process of its own. */
interface Service {
  /** What it said of itself once it answered. */
  ServiceReport report();

  /** Stops it cleanly and returns when its process has ended; does nothing the second time. */
  void stop() throws IOException;

  /** Ends its process as a crash would, and returns when it has ended. */
  void kill() throws IOException;
}
