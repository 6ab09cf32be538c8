package dev.kinebeam.objectstore;

import java.util.Arrays;

/**
 * A place in an object store: {@code s3://BUCKET} or {@code s3://BUCKET/PREFIX}.
 *
 * @param prefix without slashes around it; empty for the bucket's root
 */
public record S3Address(String bucket, String prefix) {
  private static final String SCHEME = "s3://";

  /** Schemes are case-insensitive. */
  public static boolean isOne(String text) {
    return text.regionMatches(true, 0, SCHEME, 0, SCHEME.length());
  }

  /**
   * Reads an address.
   *
   * @throws IllegalArgumentException saying what is wrong with it
   */
  public static S3Address parse(String text) {
    if (!isOne(text)) {
      throw new IllegalArgumentException(text + " is not an address s3://BUCKET[/PREFIX]");
    }
    String rest = text.substring(SCHEME.length());
    int slash = rest.indexOf('/');
    String bucket = slash < 0 ? rest : rest.substring(0, slash);
    String prefix = slash < 0 ? "" : rest.substring(slash + 1).replaceAll("/+$", "");
    if (!bucket.matches("[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")) {
      throw new IllegalArgumentException(
          text + " names no bucket: \"" + bucket + "\" cannot be one");
    }
    if (!prefix.isEmpty()
        && Arrays.stream(prefix.split("/", -1))
            .anyMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."))) {
      throw new IllegalArgumentException(
          text + " has an empty, \".\" or \"..\" step in its prefix");
    }
    return new S3Address(bucket, prefix);
  }

  /** A key below this place. */
  public String key(String name) {
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  /** The last step of the prefix; empty for the bucket's root. */
  public String name() {
    return prefix.substring(prefix.lastIndexOf('/') + 1);
  }

  @Override
  public String toString() {
    return SCHEME + bucket + (prefix.isEmpty() ? "" : "/" + prefix);
  }
}
