package dev.kinebeam.gateway.log;

import java.util.Map;

/** One record to be appended to a topic. */
public final class LogRecord {
  private final String topic;
  private final String key;
  private final byte[] value;
  private final Map<String, String> headers;

  private LogRecord(String topic, String key, byte[] value, Map<String, String> headers) {
    this.topic = topic;
    this.key = key;
    this.value = value;
    this.headers = Map.copyOf(headers);
  }

  /** A record; the value is taken over and not copied. */
  public static LogRecord of(String topic, String key, byte[] value) {
    return new LogRecord(topic, key, value, Map.of());
  }

  /** A record with headers; the value is taken over and not copied. */
  public static LogRecord of(String topic, String key, byte[] value, Map<String, String> headers) {
    return new LogRecord(topic, key, value, headers);
  }

  public String topic() {
    return topic;
  }

  /** Records of one key keep their order. */
  public String key() {
    return key;
  }

  public byte[] value() {
    return value;
  }

  public Map<String, String> headers() {
    return headers;
  }
}
