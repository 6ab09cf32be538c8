package dev.kinebeam.web.auth;

import java.util.Locale;
import java.util.Optional;

/** Who a caller is, as the {@code role} claim says it (in lower case). */
public enum Role {
  PATIENT,
  SPECIALIST,
  CLINIC_ADMIN,
  SUPERADMIN,
  SERVICE;

  /** The role with this claim value, or nothing when there is no such role. */
  public static Optional<Role> fromClaim(String value) {
    for (Role role : values()) {
      if (role.claim().equals(value)) {
        return Optional.of(role);
      }
    }
    return Optional.empty();
  }

  /** The claim's value, such as {@code clinic_admin}. */
  public String claim() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether a token with this role must name an organisation. */
  public boolean belongsToAnOrganisation() {
    return this == PATIENT || this == SPECIALIST || this == CLINIC_ADMIN;
  }
}
