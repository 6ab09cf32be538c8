package dev.kinebeam.beam;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.UUID;
import org.apache.beam.sdk.coders.AtomicCoder;

/** A UUID as sixteen bytes; deterministic, so it may be a key. */
public final class UuidCoder extends AtomicCoder<UUID> {
  private static final UuidCoder INSTANCE = new UuidCoder();

  private UuidCoder() {}

  public static UuidCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(UUID value, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    data.writeLong(value.getMostSignificantBits());
    data.writeLong(value.getLeastSignificantBits());
  }

  @Override
  public UUID decode(InputStream in) throws IOException {
    DataInputStream data = new DataInputStream(in);
    return new UUID(data.readLong(), data.readLong());
  }

  @Override
  public void verifyDeterministic() {}

  @Override
  public boolean consistentWithEquals() {
    return true;
  }
}
