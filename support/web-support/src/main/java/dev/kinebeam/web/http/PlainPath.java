package dev.kinebeam.web.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A request's path, read in the one way in which routes, roles and pages may be chosen by it. Paths
 * that others might read differently name nothing: with empty segments, dot segments or parameters
 * ({@code ;}), with an encoded slash, backslash, semicolon, percent sign or control character, or
 * with an encoding that is not UTF-8.
 */
final class PlainPath {
  private static final String UNENCODED = "-._~!$&'()*+,=:@";

  private PlainPath() {}

  /**
   * The decoded segments of {@code raw}; one empty segment for {@code /}, nothing for a path that
   * names nothing.
   */
  static Optional<List<String>> segments(String raw) {
    if (raw == null || !raw.startsWith("/")) {
      return Optional.empty();
    }
    if (raw.length() == 1) {
      return Optional.of(List.of(""));
    }
    List<String> segments = new ArrayList<>();
    int start = 1;
    while (start <= raw.length()) {
      int slash = raw.indexOf('/', start);
      int end = slash < 0 ? raw.length() : slash;
      Optional<String> segment = segment(raw.substring(start, end));
      if (segment.isEmpty()) {
        return Optional.empty();
      }
      segments.add(segment.get());
      start = end + 1;
    }
    return Optional.of(segments);
  }

  private static Optional<String> segment(String raw) {
    byte[] decoded = new byte[raw.length()];
    int length = 0;
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      int value = c;
      if (c == '%') {
        value = i + 2 < raw.length() ? hex(raw.charAt(i + 1)) << 4 | hex(raw.charAt(i + 2)) : -1;
        i += 2;
        if (value < ' '
            || value == 0x7f
            || value == '/'
            || value == '\\'
            || value == ';'
            || value == '%') {
          return Optional.empty();
        }
      } else if (!isUnencoded(c)) {
        return Optional.empty();
      }
      decoded[length++] = (byte) value;
    }
    return text(decoded, length).filter(s -> !s.isEmpty() && !s.equals(".") && !s.equals(".."));
  }

  private static boolean isUnencoded(char c) {
    boolean letter = ('a' <= c && c <= 'z') || ('A' <= c && c <= 'Z');
    return letter || ('0' <= c && c <= '9') || UNENCODED.indexOf(c) >= 0;
  }

  /** Negative, and so the whole value, for what is not a digit. */
  private static int hex(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }

  /** Refuses overlong forms and surrogates. */
  private static Optional<String> text(byte[] bytes, int length) {
    try {
      return Optional.of(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, 0, length)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
