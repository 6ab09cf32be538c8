package dev.kinebeam.web.http;

import dev.kinebeam.schemas.FieldError;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Reads typed query parameters and gathers everything that is wrong with them. */
public final class Inputs {
  private static final Instant EARLIEST = Instant.parse("2000-01-01T00:00:00Z");
  private static final Instant LATEST = Instant.parse("2100-01-01T00:00:00Z");

  private final Call call;
  private final List<FieldError> errors = new ArrayList<>();

  public Inputs(Call call) {
    this.call = call;
  }

  /** A parameter of plain text; the database has no place for U+0000. */
  public Optional<String> text(String name) {
    Optional<String> text = call.query(name);
    if (text.isPresent() && text.get().indexOf('\0') >= 0) {
      reject(name, "bad_character", name + " holds the character U+0000");
      return Optional.empty();
    }
    return text;
  }

  /** A UUID. */
  public Optional<UUID> id(String name) {
    return read(name, "a UUID", UUID::fromString);
  }

  /** An RFC 3339 time of the years 2000 to 2099, the ones that events may have. */
  public Optional<Instant> time(String name) {
    return read(
        name,
        "an RFC 3339 time of the years 2000 to 2099",
        text -> sane(OffsetDateTime.parse(text).toInstant()));
  }

  /**
   * {@code time} if the database can hold it.
   *
   * @throws IllegalArgumentException when it is of no year from 2000 to 2099
   */
  public static Instant sane(Instant time) {
    if (time.isBefore(EARLIEST) || !time.isBefore(LATEST)) {
      throw new IllegalArgumentException("out of range");
    }
    return time;
  }

  /** A whole number between two bounds, both included. */
  public Optional<Integer> number(String name, int least, int most) {
    return read(
        name,
        "a number from " + least + " to " + most,
        text -> {
          int value = Integer.parseInt(text);
          if (value < least || value > most) {
            throw new IllegalArgumentException("out of range");
          }
          return value;
        });
  }

  /** A parameter in a form of its own, which {@code parse} refuses by throwing. */
  public <T> Optional<T> read(String name, String form, Function<String, T> parse) {
    Optional<String> text = text(name);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(parse.apply(text.get()));
    } catch (IllegalArgumentException | DateTimeException e) {
      reject(name, "bad_format", name + " must be " + form);
      return Optional.empty();
    }
  }

  /** Says that a parameter is wrong in a way that only the route knows. */
  public void reject(String name, String code, String message) {
    errors.add(new FieldError(name, code, message));
  }

  /**
   * Passes when nothing is wrong.
   *
   * @throws Problem 400 with everything that is
   */
  public void check() throws Problem {
    if (!errors.isEmpty()) {
      throw Problem.invalid(400, "The query cannot be answered.", errors);
    }
  }
}
