package dev.kinebeam.gateway.log;

import java.util.List;

/** The durable log that the gateway writes to. */
public interface EventLog extends AutoCloseable {
  /**
   * Appends the records and returns when every one of them is durable.
   *
   * @throws EventLogUnavailableException when any of them is not, within a bounded time; some of
   *     the others may be, so that whoever tries again must expect duplicates
   */
  void append(List<LogRecord> records) throws EventLogUnavailableException;

  /** Whether the log answers now; bounded in time. */
  boolean answers();

  @Override
  void close();
}
