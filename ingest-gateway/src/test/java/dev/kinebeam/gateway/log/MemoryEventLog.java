package dev.kinebeam.gateway.log;

import java.util.ArrayList;
import java.util.List;

/** A log in memory that can be taken away. Thread-safe. */
public final class MemoryEventLog implements EventLog {
  private final List<LogRecord> records = new ArrayList<>();
  private boolean away;

  @Override
  public synchronized void append(List<LogRecord> appended) throws EventLogUnavailableException {
    if (away) {
      throw new EventLogUnavailableException("the log is away", null);
    }
    records.addAll(appended);
  }

  /** From now on nothing becomes durable, or everything again. */
  public synchronized void setAway(boolean isAway) {
    away = isAway;
  }

  /** The records of one topic, in order. */
  public synchronized List<LogRecord> of(String topic) {
    return records.stream().filter(entry -> entry.topic().equals(topic)).toList();
  }

  public synchronized void clear() {
    records.clear();
    away = false;
  }

  @Override
  public synchronized boolean answers() {
    return !away;
  }

  @Override
  public void close() {}
}
