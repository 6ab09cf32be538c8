package dev.kinebeam.coreapi.signin;

/**
 * How cookies are set. Scripts cannot read them, and other sites' requests carry them only when a
 * link is followed. Deployments set them with the prefix {@code __Host-}: browsers then take them
 * over https alone, from this host alone. Safari does not take such cookies at {@code
 * http://127.0.0.1}, so development sets them without.
 */
enum CookieForm {
  DEPLOYED("__Host-", "; Secure"),
  DEVELOPMENT("", "");

  private static final String COMMON = "; Path=/; HttpOnly; SameSite=Lax";

  private final String prefix;
  private final String attributes;

  CookieForm(String prefix, String attributes) {
    this.prefix = prefix;
    this.attributes = attributes + COMMON;
  }

  /** The whole name of the cookie. */
  String name(String name) {
    return prefix + name;
  }

  /** A {@code Set-Cookie} header. */
  String set(String name, String value, long seconds) {
    return "%s=%s; Max-Age=%d%s".formatted(name(name), value, seconds, attributes);
  }

  /** A {@code Set-Cookie} header that has the browser forget it. */
  String clear(String name) {
    return set(name, "", 0);
  }
}
