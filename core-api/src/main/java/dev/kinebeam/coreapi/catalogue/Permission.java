package dev.kinebeam.coreapi.catalogue;

import dev.kinebeam.web.auth.Role;
import java.util.Set;

/** What a role may do with exercises; routes name the permission, tokens the role. */
public enum Permission {
  /** To see every exercise that is for all or one's organisation's own, drafts too. */
  EXERCISES_READ("exercises.read", Set.of(Role.SPECIALIST, Role.CLINIC_ADMIN, Role.SUPERADMIN)),
  /** To change exercises: a clinic admin one's organisation's own, a superadmin all. */
  EXERCISES_MANAGE("exercises.manage", Set.of(Role.CLINIC_ADMIN, Role.SUPERADMIN)),
  /** To change what is for all: imports and the vocabulary. */
  CATALOGUE_MANAGE("catalogue.manage", Set.of(Role.SUPERADMIN));

  private final String code;
  private final Set<Role> roles;

  Permission(String code, Set<Role> roles) {
    this.code = code;
    this.roles = roles;
  }

  /** As documents name it. */
  public String code() {
    return code;
  }

  /** The roles that have it. */
  public Set<Role> roles() {
    return roles;
  }
}
