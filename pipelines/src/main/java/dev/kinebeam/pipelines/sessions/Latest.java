package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.EventData;
import dev.kinebeam.schemas.event.MediaRecord;
import java.util.Arrays;

/**
 * What was reported last of each thing that changes, field by field: an event that does not name a
 * field says nothing about it. Each value stands beside the order of the event that reported it.
 * Immutable.
 */
final class Latest {
  /** What is kept; those that usually come of one event side by side. */
  enum Field {
    POSITION_SECONDS(Double.class),
    DEVICE(String.class),
    OS(String.class),
    BROWSER(String.class),
    APP_VERSION(String.class),
    CONNECTION_TYPE(String.class),
    EFFECTIVE_BANDWIDTH(Double.class),
    RTT_MS(Long.class),
    AVG_BITRATE(Long.class),
    /** False after a pause. */
    PLAYING(Boolean.class);

    private final Class<?> type;

    Field(Class<?> type) {
      this.type = type;
    }
  }

  private static final Field[] FIELDS = Field.values();

  /** By the place of the field; null where no event has reported it. */
  private final EventOrder[] orders;

  private final Object[] values;

  private Latest(EventOrder[] orders, Object[] values) {
    this.orders = orders;
    this.values = values;
  }

  static Latest of(MediaRecord record, EventOrder order) {
    EventData data = record.event().data();
    Latest said = new Latest(new EventOrder[FIELDS.length], new Object[FIELDS.length]);
    said.say(Field.POSITION_SECONDS, order, Viewing.positionOf(data));
    MediaRecord.Client client = record.client();
    said.say(Field.DEVICE, order, client.device());
    said.say(Field.OS, order, client.os());
    said.say(Field.BROWSER, order, client.browser());
    said.say(Field.APP_VERSION, order, client.appVersion());
    EventData.Network network = networkOf(data);
    said.say(Field.CONNECTION_TYPE, order, network.connectionType());
    said.say(Field.EFFECTIVE_BANDWIDTH, order, network.effectiveBandwidth());
    said.say(Field.RTT_MS, order, network.rttMs());
    if (data instanceof EventData.Heartbeat beat) {
      said.say(Field.AVG_BITRATE, order, beat.avgBitrate());
    }
    said.say(Field.PLAYING, order, playing(data));
    return said;
  }

  private static EventData.Network networkOf(EventData data) {
    if (data instanceof EventData.Heartbeat it) {
      return it.network();
    } else if (data instanceof EventData.SessionStart it) {
      return it.network();
    }
    return data instanceof EventData.BufferingStart it ? it.network() : EventData.Network.UNKNOWN;
  }

  /** Null for an event that does not show it. */
  private static Boolean playing(EventData data) {
    boolean shows =
        data instanceof EventData.Heartbeat
            || data instanceof EventData.Play
            || data instanceof EventData.Milestone
            || data instanceof EventData.BufferingEnd;
    return shows ? Boolean.TRUE : data instanceof EventData.Pause ? Boolean.FALSE : null;
  }

  @SuppressWarnings("EnumOrdinal") // a place in memory; the layout of saved state has a version
  private void say(Field field, EventOrder order, Object value) {
    if (value != null) {
      orders[field.ordinal()] = order;
      values[field.ordinal()] = value;
    }
  }

  Latest merge(Latest other) {
    boolean mine = true;
    boolean theirs = true;
    EventOrder[] at = orders.clone();
    Object[] merged = values.clone();
    for (int i = 0; i < FIELDS.length; i++) {
      int order = compare(i, other);
      mine &= order >= 0;
      theirs &= order <= 0;
      if (order < 0) {
        at[i] = other.orders[i];
        merged[i] = other.values[i];
      }
    }
    return mine ? this : theirs ? other : new Latest(at, merged);
  }

  /** What has been reported is later than what has not. */
  private int compare(int i, Latest other) {
    EventOrder a = orders[i];
    EventOrder b = other.orders[i];
    if (a == null) {
      return b == null ? 0 : -1;
    } else if (b == null) {
      return 1;
    }
    int order = a.compareTo(b);
    // One event with two contents: any order will do that is always the same.
    return order != 0 || values[i].equals(other.values[i])
        ? order
        : values[i].toString().compareTo(other.values[i].toString());
  }

  Double number(Field field) {
    return (Double) value(field);
  }

  Long count(Field field) {
    return (Long) value(field);
  }

  String text(Field field) {
    return (String) value(field);
  }

  /** Playing, as opposed to paused or not begun. */
  boolean isPlaying() {
    return Boolean.TRUE.equals(value(Field.PLAYING));
  }

  @SuppressWarnings("EnumOrdinal")
  private Object value(Field field) {
    return values[field.ordinal()];
  }

  void write(FactWriter out) {
    for (int i = 0; i < FIELDS.length; i++) {
      out.order(orders[i]);
      if (orders[i] != null) {
        write(out, values[i]);
      }
    }
  }

  private static void write(FactWriter out, Object value) {
    if (value instanceof Double number) {
      out.decimal(number);
    } else if (value instanceof Long number) {
      out.number(number);
    } else if (value instanceof Boolean flag) {
      out.flag(flag);
    } else {
      out.text((String) value);
    }
  }

  static Latest read(FactReader in) {
    Latest latest = new Latest(new EventOrder[FIELDS.length], new Object[FIELDS.length]);
    for (int i = 0; i < FIELDS.length; i++) {
      latest.orders[i] = in.order();
      if (latest.orders[i] != null) {
        latest.values[i] = value(FIELDS[i].type, in);
      }
    }
    return latest;
  }

  private static Object value(Class<?> type, FactReader in) {
    if (type == Double.class) {
      return in.decimal();
    } else if (type == Long.class) {
      return in.number();
    } else if (type == Boolean.class) {
      return in.flag();
    }
    return in.text();
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Latest latest
            && Arrays.equals(orders, latest.orders)
            && Arrays.equals(values, latest.values));
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(orders) + Arrays.hashCode(values);
  }

  @Override
  public String toString() {
    StringBuilder out = new StringBuilder("Latest[");
    for (int i = 0; i < FIELDS.length; i++) {
      out.append(i == 0 ? "" : ", ").append(FIELDS[i]).append('=').append(values[i]);
    }
    return out.append(']').toString();
  }
}
