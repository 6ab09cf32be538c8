package dev.kinebeam.web.http;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Conditional requests for a file that exists (RFC 9110, 13), in the order of its section 13.2.2. A
 * header that is not in the standard's form is ignored.
 *
 * @param tag the file's entity tag, strong, with its quotes
 * @param modified when it changed last
 */
public record Preconditions(String tag, Instant modified) {
  private static final Pattern TAG = Pattern.compile("(W/)?(\"[\\x21\\x23-\\x7e\\x80-\\xff]*\")");
  private static final Pattern LIST =
      Pattern.compile("[\\s,]*(?:" + TAG.pattern() + "(?:\\s*,[\\s,]*|\\s*$))*");

  /** The form that senders must use; days have two digits in it. */
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT);

  /** What becomes of the request. */
  public enum Outcome {
    /** Served as if it were unconditional. */
    PROCEED,
    /** 304. */
    NOT_MODIFIED,
    /** 412. */
    FAILED
  }

  public Preconditions {
    modified = modified.truncatedTo(ChronoUnit.SECONDS);
  }

  /** {@code Last-Modified}. */
  public String lastModified() {
    return DATE.format(modified.atOffset(ZoneOffset.UTC));
  }

  /**
   * Evaluates a GET or HEAD.
   *
   * @param header the joined values of a request header; empty when it was not sent
   */
  public Outcome of(Function<String, Optional<String>> header) {
    Optional<String> ifMatch = header.apply("If-Match");
    if (ifMatch.isPresent()) {
      if (!matches(ifMatch.get(), true)) {
        return Outcome.FAILED;
      }
    } else if (date(header.apply("If-Unmodified-Since")).filter(modified::isAfter).isPresent()) {
      return Outcome.FAILED;
    }
    Optional<String> ifNoneMatch = header.apply("If-None-Match");
    if (ifNoneMatch.isPresent()) {
      return matches(ifNoneMatch.get(), false) ? Outcome.NOT_MODIFIED : Outcome.PROCEED;
    }
    return date(header.apply("If-Modified-Since"))
        .filter(since -> !modified.isAfter(since))
        .map(since -> Outcome.NOT_MODIFIED)
        .orElse(Outcome.PROCEED);
  }

  /** Whether a Range may be served as a part: If-Range, where it is sent, names this very file. */
  public boolean rangeHolds(Optional<String> ifRange) {
    if (ifRange.isEmpty()) {
      return true;
    }
    String value = ifRange.get().strip();
    return value.contains("\"")
        ? value.equals(tag)
        : date(ifRange).filter(modified::equals).isPresent();
  }

  /** By strong comparison a weak tag matches nothing. */
  private boolean matches(String value, boolean strong) {
    if (value.strip().equals("*")) {
      return true;
    }
    if (!LIST.matcher(value).matches()) {
      return false;
    }
    List<String> listed = new ArrayList<>();
    Matcher tags = TAG.matcher(value);
    while (tags.find()) {
      if (!strong || tags.group(1) == null) {
        listed.add(tags.group(2));
      }
    }
    return listed.contains(tag);
  }

  private static Optional<Instant> date(Optional<String> value) {
    if (value.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          ZonedDateTime.parse(value.get().strip(), DateTimeFormatter.RFC_1123_DATE_TIME)
              .toInstant());
    } catch (DateTimeParseException notADate) {
      return Optional.empty();
    }
  }
}
