package dev.kinebeam.schemas;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What may be printed of values that carry secrets. */
public final class Masked {
  /** Printed in place of a secret. */
  public static final String SECRET = "***";

  private static final Pattern USER_INFO = Pattern.compile("//[^?#]*@");

  private static final Pattern PARAMETER =
      Pattern.compile(
          "(?i)([?&;#][^=&;]*(?:passw|pwd|secret|token|key|credential|signature)[^=&;]*=)[^&;#]*");

  private Masked() {}

  /**
   * An address without what stands before its host and without the values of its secret parameters:
   * {@code jdbc:postgresql://***@db/kinebeam?sslpassword=***}. Null stays {@code null}, as text.
   */
  public static String address(@Nullable Object address) {
    String text = String.valueOf(address);
    String withoutUser = USER_INFO.matcher(text).replaceAll("//" + SECRET + "@");
    return PARAMETER.matcher(withoutUser).replaceAll("$1" + SECRET);
  }

  /**
   * A message in which every occurrence of the address is masked: drivers quote an address that
   * they cannot read, with the password in it. Null stays null.
   */
  public static @Nullable String message(@Nullable String message, String address) {
    return message == null ? null : message.replace(address, address(address));
  }
}
