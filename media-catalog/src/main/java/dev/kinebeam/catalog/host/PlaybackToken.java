package dev.kinebeam.catalog.host;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What opens a video of our own host until it expires, as a part of the path before what it opens,
 * so that relative addresses keep it: {@code EXPIRES-VIDEO-SIGNATURE}, with the expiry in seconds
 * since 1970, the video's UUID without hyphens, and base64url without padding of HMAC-SHA256 over
 * {@code EXPIRES-VIDEO}. One that opens the video's file too is {@code
 * EXPIRES-VIDEO-original-SIGNATURE}, signed over all before the last hyphen. A proxy that knows the
 * key can check it and take it off.
 *
 * @param original whether it opens the video as one file, beside its playlists and segments
 */
public record PlaybackToken(UUID video, Instant expires, boolean original) {
  private static final String ORIGINAL = "-original";
  private static final String HMAC = "HmacSHA256";
  private static final Pattern TOKEN =
      Pattern.compile("((\\d{1,12})-([0-9a-f]{32})(-original)?)-([A-Za-z0-9_-]{43})");

  /** One that plays. */
  public PlaybackToken(UUID video, Instant expires) {
    this(video, expires, false);
  }

  /** The token, signed. */
  public String signed(String key) {
    String text = expires.getEpochSecond() + "-" + video.toString().replace("-", "");
    text += original ? ORIGINAL : "";
    return text + "-" + signature(key, text);
  }

  /** What a token says; empty when it was not signed with this key. */
  public static Optional<PlaybackToken> read(String key, String token) {
    Matcher matcher = TOKEN.matcher(token);
    if (!matcher.matches()
        || !MessageDigest.isEqual(
            signature(key, matcher.group(1)).getBytes(StandardCharsets.US_ASCII),
            matcher.group(5).getBytes(StandardCharsets.US_ASCII))) {
      return Optional.empty();
    }
    String id = matcher.group(3);
    return Optional.of(
        new PlaybackToken(
            new UUID(
                Long.parseUnsignedLong(id.substring(0, 16), 16),
                Long.parseUnsignedLong(id.substring(16), 16)),
            Instant.ofEpochSecond(Long.parseLong(matcher.group(2))),
            matcher.group(4) != null));
  }

  /** Whether it opens anything at this time. */
  public boolean isValidAt(Instant time) {
    return time.isBefore(expires);
  }

  private static String signature(String key, String text) {
    try {
      Mac mac = Mac.getInstance(HMAC);
      mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), HMAC));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(mac.doFinal(text.getBytes(StandardCharsets.US_ASCII)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + HMAC + "; an empty key is refused", e);
    }
  }
}
