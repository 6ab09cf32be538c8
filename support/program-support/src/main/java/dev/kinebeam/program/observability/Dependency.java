package dev.kinebeam.program.observability;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A service that a program needs.
 *
 * @param name what metrics and {@code /readyz} call it
 * @param address where it is, without credentials
 * @param required whether the program is not ready without it
 */
public record Dependency(String name, String address, boolean required) {
  private static final Pattern JDBC = Pattern.compile("jdbc:postgresql:(?://)?([^?]*).*");

  /** Kafka at these bootstrap servers. */
  public static Dependency kafka(String bootstrapServers) {
    return new Dependency("kafka", bootstrapServers, true);
  }

  /** PostgreSQL at a JDBC address, whose credentials and parameters are left out. */
  public static Dependency postgresql(String jdbcUrl) {
    Matcher parts = JDBC.matcher(jdbcUrl);
    String place = parts.matches() ? parts.group(1) : "";
    return new Dependency("postgresql", place.substring(place.lastIndexOf('@') + 1), true);
  }

  /** A bucket of an object store. */
  public static Dependency objectStore(String address) {
    return new Dependency("s3", address, true);
  }

  /** The host of finished videos. */
  public static Dependency videoHost(String address) {
    return new Dependency("video_host", address, true);
  }

  /** The same, needed for a part of the program's work only. */
  public Dependency optional() {
    return new Dependency(name, address, false);
  }
}
