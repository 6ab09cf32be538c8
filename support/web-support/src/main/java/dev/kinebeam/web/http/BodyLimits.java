package dev.kinebeam.web.http;

/**
 * What bounds the bodies of requests while they arrive.
 *
 * @param maxBytes of one body as it is sent; 413 beyond
 * @param maxHeldBytes of all bodies together, arriving or being served; 503 beyond
 * @param unfinishedPerCaller bodies of one caller that may be on their way at a time, whatever
 *     tokens it presents; 429 beyond
 * @param unfinishedPerAddress the same for one client address; 429 beyond
 * @param proxies whose word about the client's address is believed
 */
public record BodyLimits(
    int maxBytes,
    int maxHeldBytes,
    int unfinishedPerCaller,
    int unfinishedPerAddress,
    TrustedProxies proxies) {
  /** 1 MiB each, 8 MiB together, 16 of a caller and 64 of an address, no proxy. */
  public static final BodyLimits USUAL =
      new BodyLimits(1024 * 1024, 8 * 1024 * 1024, 16, 64, TrustedProxies.NONE);

  private static final int MIN_BODY = 1024;

  /** One caller's unfinished bodies announce at most this part of what all may hold. */
  private static final int CALLERS_PART = 4;

  public BodyLimits {
    if (maxBytes < MIN_BODY) {
      throw new IllegalArgumentException(
          "--max-body-bytes must be at least " + MIN_BODY + ", not " + maxBytes);
    }
    if (maxHeldBytes <= maxBytes) {
      throw new IllegalArgumentException(
          "--max-held-bytes (%d) must be more than --max-body-bytes (%d)"
              .formatted(maxHeldBytes, maxBytes));
    }
    if (unfinishedPerCaller < 1 || unfinishedPerAddress < 1) {
      throw new IllegalArgumentException(
          "--max-unfinished-per-caller (%d) and --max-unfinished-per-address (%d) must be positive"
              .formatted(unfinishedPerCaller, unfinishedPerAddress));
    }
  }

  BodyLimits accepting(int mostBytes) {
    return new BodyLimits(
        mostBytes, maxHeldBytes, unfinishedPerCaller, unfinishedPerAddress, proxies);
  }

  UnfinishedBodies unfinished() {
    return new UnfinishedBodies(
        unfinishedPerCaller, unfinishedPerAddress, maxHeldBytes / CALLERS_PART);
  }
}
