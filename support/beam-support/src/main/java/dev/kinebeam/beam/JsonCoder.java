package dev.kinebeam.beam;

import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.values.TypeDescriptor;

/**
 * A record as its JSON: plain to read, not fast. For what crosses no shuffle on the hot path: rows
 * on their way to the database, dead letters.
 */
public final class JsonCoder<T> extends CustomCoder<T> {
  private final Class<T> type;

  private JsonCoder(Class<T> type) {
    this.type = type;
  }

  public static <T> JsonCoder<T> of(Class<T> type) {
    return new JsonCoder<>(type);
  }

  @Override
  public void encode(T value, OutputStream out) throws IOException {
    ByteArrayCoder.of().encode(Json.bytes(value), out);
  }

  @Override
  public T decode(InputStream in) throws IOException {
    return Json.MAPPER.readValue(ByteArrayCoder.of().decode(in), type);
  }

  @Override
  public TypeDescriptor<T> getEncodedTypeDescriptor() {
    return TypeDescriptor.of(type);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof JsonCoder<?> coder && coder.type.equals(type);
  }

  @Override
  public int hashCode() {
    return type.hashCode();
  }
}
