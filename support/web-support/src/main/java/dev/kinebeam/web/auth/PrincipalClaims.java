package dev.kinebeam.web.auth;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.kinebeam.program.config.StrictUuid;
import java.text.ParseException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The claims that name a caller: {@code sub}, {@code role}, {@code org_id}. */
public final class PrincipalClaims {
  private PrincipalClaims() {}

  /**
   * The caller that verified claims name.
   *
   * @throws AuthException when one of them is missing or wrong
   */
  public static Principal of(JWTClaimsSet claims) throws AuthException {
    try {
      Role role =
          Optional.ofNullable(claims.getStringClaim("role"))
              .flatMap(Role::fromClaim)
              .orElseThrow(() -> new AuthException("claims", "role is not a known role"));
      Optional<UUID> org = uuid("org_id", claims.getStringClaim("org_id"));
      if (role.belongsToAnOrganisation() && org.isEmpty()) {
        throw new AuthException("claims", "org_id is missing");
      }
      UUID subject =
          uuid("sub", claims.getSubject())
              .orElseThrow(() -> new AuthException("claims", "sub is missing"));
      return new Principal(role, org, subject);
    } catch (ParseException e) {
      throw new AuthException("malformed", "role or org_id is not a text");
    }
  }

  private static Optional<UUID> uuid(String claim, @Nullable String value) throws AuthException {
    if (value == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(StrictUuid.parse(value));
    } catch (IllegalArgumentException e) {
      throw new AuthException("claims", claim + " is not a UUID");
    }
  }
}
