package dev.kinebeam.program.cli;

import dev.kinebeam.program.config.StrictUuid;
import java.util.UUID;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A flag's value by {@link StrictUuid}. */
public final class UuidConverter implements ITypeConverter<UUID> {
  @Override
  public UUID convert(String value) {
    try {
      return StrictUuid.parse(value);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException("'" + value + "' is not a UUID");
    }
  }
}
