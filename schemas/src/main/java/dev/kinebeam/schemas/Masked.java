package dev.kinebeam.schemas;

import java.sql.SQLException;
import java.util.regex.Pattern;

/** What may be printed of values that carry secrets. */
public final class Masked {
  /** What stands in the place of a secret. */
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
  public static String address(Object address) {
    String text = String.valueOf(address);
    String withoutUser = USER_INFO.matcher(text).replaceAll("//" + SECRET + "@");
    return PARAMETER.matcher(withoutUser).replaceAll("$1" + SECRET);
  }

  /**
   * The failure itself, or one with the same SQL state whose message has the address masked: the
   * driver quotes an address that it cannot read, with the password in it. That one has no cause,
   * since causes are logged too.
   */
  public static SQLException withoutAddress(SQLException failure, String address) {
    String message = failure.getMessage();
    if (message == null || !message.contains(address)) {
      return failure;
    }
    return new SQLException(message.replace(address, address(address)), failure.getSQLState());
  }
}
