package dev.kinebeam.catalog.host;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;

/**
 * The two signatures of Bunny Stream: on playback addresses (CDN token authentication, HS256) and
 * on webhooks. Both are HMAC-SHA256.
 */
public final class BunnySignatures {
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
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(HmacSha256.of(securityKey, message.getBytes(StandardCharsets.UTF_8)));
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
    return HmacSha256.hex(readOnlyKey, body);
  }
}
