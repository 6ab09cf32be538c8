package dev.kinebeam.web.http;

import java.util.Optional;

/** Compares what a caller has with what there is (RFC 9110, section 13.1.2). */
final class EntityTag {
  private EntityTag() {}

  /** Whether {@code ifNoneMatch}, a list of tags or {@code *}, names {@code tag}. */
  static boolean isNamed(Optional<String> ifNoneMatch, String tag) {
    for (String part : ifNoneMatch.orElse("").split(",", -1)) {
      String known = part.strip();
      if (known.equals("*") || (known.startsWith("W/") ? known.substring(2) : known).equals(tag)) {
        return true;
      }
    }
    return false;
  }
}
