package dev.kinebeam.program.config;

/** Where a program answers HTTP, as others write it. */
public final class HttpAddress {
  private HttpAddress() {}

  /** {@code http://HOST:PORT}; an IPv6 address has brackets. */
  public static String of(String host, int port) {
    boolean bare = host.contains(":") && !host.startsWith("[");
    return "http://" + (bare ? "[" + host + "]" : host) + ":" + port;
  }
}
