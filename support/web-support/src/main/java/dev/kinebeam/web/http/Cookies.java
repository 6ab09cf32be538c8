package dev.kinebeam.web.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the {@code Cookie} header (RFC 6265, 5.4). */
public final class Cookies {
  private Cookies() {}

  /** The cookies of a request by name; the first of several with one name. */
  public static Map<String, String> all(Optional<String> header) {
    Map<String, String> cookies = new LinkedHashMap<>();
    for (String pair : header.orElse("").split(";", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        cookies.putIfAbsent(pair.substring(0, equals).strip(), pair.substring(equals + 1).strip());
      }
    }
    return cookies;
  }

  /** The value of the cookie {@code name}. */
  public static Optional<String> value(Optional<String> header, String name) {
    return Optional.ofNullable(all(header).get(name));
  }
}
