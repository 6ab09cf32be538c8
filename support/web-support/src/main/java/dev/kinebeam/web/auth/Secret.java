package dev.kinebeam.web.auth;

import dev.kinebeam.schemas.Masked;
import java.util.Objects;

/** A value that must not be printed: {@code toString} hides it. */
public record Secret(String value) {
  public Secret {
    Objects.requireNonNull(value, "value");
  }

  @Override
  public String toString() {
    return Masked.SECRET;
  }
}
