package dev.kinebeam.web.http;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which bytes of a file are wanted (RFC 9110, 14). Of several ranges none is served: the whole file
 * is then the answer.
 *
 * @param first of them, counted from 0
 * @param last of them, included
 */
public record ByteRange(long first, long last) {
  private static final Pattern SINGLE = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

  /** What a request asks for. */
  public sealed interface Wanted {
    /** Everything. */
    record Whole() implements Wanted {}

    /** A part that exists. */
    record Part(ByteRange range) implements Wanted {}

    /** A part beyond the end. */
    record Unsatisfiable() implements Wanted {}
  }

  public long length() {
    return last - first + 1;
  }

  public static Wanted of(Optional<String> header, long size) {
    Matcher matcher = SINGLE.matcher(header.orElse(""));
    if (!matcher.matches() || (matcher.group(1).isEmpty() && matcher.group(2).isEmpty())) {
      return new Wanted.Whole();
    }
    if (matcher.group(1).isEmpty()) {
      long length = Math.min(size, Long.parseLong(matcher.group(2)));
      return length == 0
          ? new Wanted.Unsatisfiable()
          : new Wanted.Part(new ByteRange(size - length, size - 1));
    }
    long first = Long.parseLong(matcher.group(1));
    long last =
        matcher.group(2).isEmpty()
            ? size - 1
            : Math.min(size - 1, Long.parseLong(matcher.group(2)));
    if (first >= size) {
      return new Wanted.Unsatisfiable();
    }
    return first > last ? new Wanted.Whole() : new Wanted.Part(new ByteRange(first, last));
  }
}
