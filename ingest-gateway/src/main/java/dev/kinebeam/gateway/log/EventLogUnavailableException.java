package dev.kinebeam.gateway.log;

import org.jspecify.annotations.Nullable;

/** The log could not make records durable in time. */
public final class EventLogUnavailableException extends Exception {
  private static final long serialVersionUID = 1L;

  public EventLogUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
