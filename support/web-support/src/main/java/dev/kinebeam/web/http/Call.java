package dev.kinebeam.web.http;

import dev.kinebeam.program.config.StrictUuid;
import dev.kinebeam.schemas.FieldError;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** One request, as a handler sees it. */
public interface Call {
  /** The first header of this name, in any case. */
  Optional<String> header(String name);

  /** The query parameter of this name, one that the route has; never blank. */
  Optional<String> query(String name);

  /** The part of the path that stands for {@code {name}} in the route. */
  String path(String name);

  /** The body as it was sent, whole; empty when there is none. Not to be changed. */
  byte[] body();

  /**
   * A path part that must be a UUID.
   *
   * @throws Problem 404 when it is none: no object has such an id
   */
  default UUID pathId(String name) throws Problem {
    try {
      return StrictUuid.parse(path(name));
    } catch (IllegalArgumentException e) {
      throw Problem.invalid(
          404,
          "There is nothing with this id.",
          List.of(new FieldError(name, "bad_format", name + " must be a UUID")));
    }
  }
}
