package dev.kinebeam.eventarchive;

/**
 * An object of the archive that cannot be read to its end.
 *
 * @param key which
 * @param reason what is wrong, and where
 */
public record BrokenObject(String key, String reason) {
  @Override
  public String toString() {
    return key + ": " + reason;
  }
}
