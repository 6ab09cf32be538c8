package dev.kinebeam.coreapi.signin;

import dev.kinebeam.web.auth.Role;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a browser continues when its person has signed in: a path of this server with its query, or
 * the role's first page. Anything that a browser could take for another server's address is not
 * one.
 */
final class ReturnAddress {
  private static final int LONGEST = 1000;

  /** Browsers read {@code //x} and {@code /\x} as hosts, and leave tabs and newlines out. */
  private static final Pattern PATH = Pattern.compile("/(?![/\\\\])[!-\\[\\]-~]*");

  private ReturnAddress() {}

  /** The address, if it is one. */
  static Optional<String> of(Optional<String> wanted) {
    return wanted.filter(address -> address.length() <= LONGEST && PATH.matcher(address).matches());
  }

  /** Where this role begins. */
  static String home(Role role) {
    return switch (role) {
      case PATIENT -> "/patient";
      case SPECIALIST -> "/therapist";
      case CLINIC_ADMIN -> "/clinic";
      case SUPERADMIN, SERVICE -> "/docs";
    };
  }
}
