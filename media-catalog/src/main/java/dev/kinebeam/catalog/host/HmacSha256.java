package dev.kinebeam.catalog.host;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** HMAC-SHA256, by which hosts sign. */
final class HmacSha256 {
  private static final String NAME = "HmacSHA256";

  private HmacSha256() {}

  /** Of all parts, one behind the other. */
  static byte[] of(String key, byte[]... parts) {
    try {
      Mac mac = Mac.getInstance(NAME);
      mac.init(new SecretKeySpec(key.getBytes(UTF_8), NAME));
      for (byte[] part : parts) {
        mac.update(part);
      }
      return mac.doFinal();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + NAME + "; an empty key is refused", e);
    }
  }

  /** In lower-case hex. */
  static String hex(String key, byte[]... parts) {
    return HexFormat.of().formatHex(of(key, parts));
  }

  /** Compares in constant time. */
  static boolean equal(String expected, String given) {
    return MessageDigest.isEqual(expected.getBytes(UTF_8), given.getBytes(UTF_8));
  }
}
