package dev.kinebeam.pipelines.sessions;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;

/** Reads what a {@link FactWriter} wrote; facts of one event share its order in memory, too. */
final class FactReader extends DataInputStream {
  private EventOrder before;

  FactReader(InputStream in) {
    super(in);
  }

  /** A fact that may be missing. */
  <T> Reported<T> fact(Wire.Reader<T> reader) throws IOException {
    return readBoolean() ? reported(reader) : null;
  }

  <T> Reported<T> reported(Wire.Reader<T> reader) throws IOException {
    return new Reported<>(place(), reader.read(this));
  }

  /** Only where an event stands; null if it is missing. */
  EventOrder order() throws IOException {
    return readBoolean() ? place() : null;
  }

  private EventOrder place() throws IOException {
    if (!readBoolean()) {
      before = new EventOrder((int) Wire.readLong(this), Wire.readLong(this), Wire.readUuid(this));
    }
    return before;
  }
}
