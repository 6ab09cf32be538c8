package dev.kinebeam.schemas;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Name-based UUIDs, version 5 (SHA-1), RFC 9562 section 5.5. */
public final class UuidV5 {
  private UuidV5() {}

  /** The UUID of {@code name} (UTF-8) within {@code namespace}. */
  public static UUID of(UUID namespace, String name) {
    return of(namespace, name.getBytes(StandardCharsets.UTF_8));
  }

  /** The UUID of the concatenated {@code parts} within {@code namespace}. */
  public static UUID of(UUID namespace, byte[]... parts) {
    MessageDigest sha1;
    try {
      sha1 = MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-1", e);
    }
    sha1.update(
        ByteBuffer.allocate(16)
            .putLong(namespace.getMostSignificantBits())
            .putLong(namespace.getLeastSignificantBits())
            .array());
    for (byte[] part : parts) {
      sha1.update(part);
    }
    ByteBuffer hash = ByteBuffer.wrap(sha1.digest());
    long high = (hash.getLong() & 0xffff_ffff_ffff_0fffL) | 0x5000L;
    long low = (hash.getLong() & 0x3fff_ffff_ffff_ffffL) | 0x8000_0000_0000_0000L;
    return new UUID(high, low);
  }
}
