package dev.kinebeam.catalog.host;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The two signatures of Bunny Stream: on playback addresses (CDN token authentication, HS256) and
 * on webhooks. Both are HMAC-SHA256.
 */
public final class BunnySignatures {
  private static final String HMAC = "HmacSHA256";
  private static final String TOKEN_PREFIX = "HS256-";

  private BunnySignatures() {}

  /**
   * The token that opens every file below a folder, so that a playlist's relative segments inherit
   * it: {@code HS256-} and base64url without padding of the HMAC over path, expiry and the signed
   * parameters, here {@code token_path} alone.
   *
   * @param folder with slashes at both ends, not encoded
   * @param expires compared in whole seconds
   */
  public static String folderToken(String securityKey, String folder, Instant expires) {
    String message = folder + expires.getEpochSecond() + "token_path=" + folder;
    return TOKEN_PREFIX
        + Base64.getUrlEncoder().withoutPadding().encodeToString(hmac(securityKey, message));
  }

  /**
   * The address of a file below the folder with its token in the path, where relative addresses
   * keep it.
   */
  public static URI signedAddress(
      URI cdn, String securityKey, String folder, String file, Instant expires) {
    return URI.create(
        "%s/bcdn_token=%s&token_path=%s&expires=%d%s%s"
            .formatted(
                cdn,
                folderToken(securityKey, folder, expires),
                URLEncoder.encode(folder, StandardCharsets.UTF_8),
                expires.getEpochSecond(),
                folder,
                file));
  }

  /**
   * What {@code X-BunnyStream-Signature} holds for this body: lower-case hex. There is no
   * timestamp: replays verify.
   */
  public static String webhook(String readOnlyKey, byte[] body) {
    return HexFormat.of().formatHex(hmac(readOnlyKey, body));
  }

  /** Compares in constant time. */
  public static boolean equal(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] hmac(String key, String message) {
    return hmac(key, message.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] hmac(String key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), HMAC));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC + "; an empty key is refused", e);
    }
  }
}
