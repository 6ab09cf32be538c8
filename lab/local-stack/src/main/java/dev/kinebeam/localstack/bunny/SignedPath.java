package dev.kinebeam.localstack.bunny;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * A player's address taken apart: {@code /bcdn_token=…&token_path=…&expires=…/{guid}/{file}}, or
 * the file's path alone.
 *
 * @param file the path without the token's part, beginning with a slash
 * @param token empty when there is none
 * @param folder what the token opens
 * @param expires epoch seconds; 0 when there is none
 */
record SignedPath(String file, String token, String folder, long expires) {
  private static final String TOKEN = "bcdn_token";

  static SignedPath parse(String rawPath) {
    int end = rawPath.indexOf('/', 1);
    if (end < 0 || !rawPath.startsWith("/" + TOKEN + "=")) {
      return new SignedPath(rawPath, "", "", 0);
    }
    Map<String, String> parameters = new HashMap<>();
    for (String pair : rawPath.substring(1, end).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    String expires = parameters.getOrDefault("expires", "");
    return new SignedPath(
        rawPath.substring(end),
        parameters.getOrDefault(TOKEN, ""),
        parameters.getOrDefault("token_path", ""),
        expires.matches("\\d{1,12}") ? Long.parseLong(expires) : 0);
  }

  /** Whether the token was made with this key, opens this file, and has not expired. */
  boolean opens(String securityKey, Instant now) {
    boolean covers = folder.endsWith("/") && file.startsWith(folder);
    boolean fresh = now.getEpochSecond() < expires;
    return covers
        && fresh
        && Signatures.same(Signatures.token(securityKey, folder, expires), token);
  }
}
