package dev.kinebeam.catalog.people;

import java.time.ZoneId;

/** The time zones that an organization can have. */
public final class TimeZones {
  /** For messages. */
  public static final String FORM = "UTC or a name of the IANA database such as Europe/Bucharest";

  private TimeZones() {}

  /**
   * The zone of an organization.
   *
   * @throws IllegalArgumentException when it is neither {@code UTC} nor a name of the IANA database
   */
  public static ZoneId parse(String name) {
    boolean known =
        name.equals("UTC")
            || (name.contains("/")
                && !name.startsWith("SystemV/")
                && ZoneId.getAvailableZoneIds().contains(name));
    if (!known) {
      throw new IllegalArgumentException(name + " is not a time zone; it must be " + FORM);
    }
    return ZoneId.of(name);
  }
}
