package dev.kinebeam.gateway.log;

import java.util.ArrayList;
import java.util.List;

/** A log in memory that can be taken away. Thread-safe. */
public final class MemoryEventLog implements EventLog {
  private final List<LogRecord> records = new ArrayList<>();
  private boolean unavailable;

  @Override
  public synchronized void append(List<LogRecord> appended) throws EventLogUnavailableException {
    if (unavailable) {
      throw new EventLogUnavailableException("the log is unavailable", null);
    }
    records.addAll(appended);
  }

  /** From now on nothing becomes durable, or everything again. */
  public synchronized void setUnavailable(boolean isUnavailable) {
    unavailable = isUnavailable;
  }

  /** The records of one topic, in order. */
  public synchronized List<LogRecord> of(String topic) {
    return records.stream().filter(entry -> entry.topic().equals(topic)).toList();
  }

  public synchronized void clear() {
    records.clear();
    unavailable = false;
  }

  @Override
  public synchronized boolean answers() {
    return !unavailable;
  }

  @Override
  public void close() {}
}
