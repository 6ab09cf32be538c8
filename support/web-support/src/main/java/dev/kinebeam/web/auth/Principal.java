package dev.kinebeam.web.auth;

import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/**
 * A caller whose token was verified.
 *
 * @param role what the caller is
 * @param organisation the organisation of the token; present for patients, specialists and clinic
 *     admins
 * @param subject the token's {@code sub}; of a patient it is the patient id
 */
public record Principal(Role role, Optional<UUID> organisation, UUID subject) {
  private static final UUID COMPOSER = new UUID(0, 0);

  public Principal {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(subject, "subject");
    if (role.belongsToAnOrganisation() && organisation.isEmpty()) {
      throw new IllegalArgumentException("role " + role.claim() + " needs an organisation");
    }
  }

  /** The caller that presented the composer's bearer token; it belongs to no organisation. */
  static Principal composer() {
    return new Principal(Role.SERVICE, Optional.empty(), COMPOSER);
  }

  /**
   * The organisation that this caller's data belong to.
   *
   * @throws IllegalStateException when the role belongs to none (superadmin, service)
   */
  public UUID orgId() {
    return organisation.orElseThrow(
        () -> new IllegalStateException("role " + role.claim() + " has no organisation"));
  }
}
