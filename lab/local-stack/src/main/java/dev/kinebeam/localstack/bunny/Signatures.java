package dev.kinebeam.localstack.bunny;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Bunny's signatures as its documentation defines them, written here anew: the client under test
 * has code of its own, and a mistake in one of the two shows where they meet.
 */
final class Signatures {
  private static final String ALGORITHM = "HmacSHA256";
  private static final Charset UTF = StandardCharsets.UTF_8;

  private Signatures() {}

  /**
   * CDN token authentication, HS256, of a folder: the HMAC over the signed path, the expiry, and
   * the signed query ({@code token_path=…}, not encoded).
   */
  static String token(String key, String folder, long expires) {
    byte[] digest = digest(key, (folder + expires + "token_path=" + folder).getBytes(UTF));
    return "HS256-" + Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
  }

  /** {@code X-BunnyStream-Signature}: hex, in lower case, of the HMAC over the raw body. */
  static String ofWebhook(String key, byte[] body) {
    return HexFormat.of().formatHex(digest(key, body));
  }

  /** In a time that depends on the given text's length alone. */
  static boolean same(String expected, String given) {
    return MessageDigest.isEqual(given.getBytes(UTF), expected.getBytes(UTF));
  }

  private static byte[] digest(String key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key.getBytes(UTF), ALGORITHM));
      return mac.doFinal(message);
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException(ALGORITHM + " is not usable with this key", e);
    }
  }
}
