package dev.kinebeam.pipelines.sessions;

import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * Writes what events reported. One event often reports several facts, and its order is most of what
 * each of them weighs, so an order is written once for facts that follow each other.
 */
final class FactWriter extends DataOutputStream {
  private EventOrder before;

  FactWriter(OutputStream out) {
    super(out);
  }

  /** A fact that may be missing. */
  <T> void fact(Reported<T> fact, Wire.Writer<T> writer) throws IOException {
    writeBoolean(fact != null);
    if (fact != null) {
      reported(fact, writer);
    }
  }

  <T> void reported(Reported<T> fact, Wire.Writer<T> writer) throws IOException {
    place(fact.order());
    writer.write(this, fact.value());
  }

  /** Only where an event stands; it may be missing. */
  void order(EventOrder order) throws IOException {
    writeBoolean(order != null);
    if (order != null) {
      place(order);
    }
  }

  private void place(EventOrder order) throws IOException {
    boolean same = order.equals(before);
    writeBoolean(same);
    if (!same) {
      Wire.writeLong(this, order.seq());
      Wire.writeLong(this, order.timestampMs());
      Wire.writeUuid(this, order.eventId());
      before = order;
    }
  }
}
