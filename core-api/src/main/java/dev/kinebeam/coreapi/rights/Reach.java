package dev.kinebeam.coreapi.rights;

import dev.kinebeam.web.auth.Role;

/**
 * Which patients of an organization a caller reaches: their sessions, recordings, workouts and
 * videos. Decided from the caller's role and two facts, and put into every statement that reads
 * patients' rows as a condition, so that what is decided and what is read are of one moment.
 */
public enum Reach {
  NONE("false"),
  /** The caller alone. */
  SELF("%s = :caller"),
  /** Those whom the caller treats. */
  LINKED("%s IN (" + Reach.TREATED + ")"),
  /** Every patient who is active. */
  ACTIVE("%s IN (" + Reach.ACTIVE_PATIENTS + ")"),
  /** Every patient who is active, and those whom the caller treats. */
  ACTIVE_OR_LINKED("(%1$s IN (" + Reach.ACTIVE_PATIENTS + ") OR %1$s IN (" + Reach.TREATED + "))"),
  /** All of the organization. */
  ALL("true");

  private static final String TREATED =
      "SELECT patient_id FROM care_links WHERE specialist_id = :caller AND ended_at IS NULL";

  private static final String ACTIVE_PATIENTS =
      "SELECT person_id FROM people WHERE role = 'patient' AND active";

  private final String sql;

  Reach(String sql) {
    this.sql = sql;
  }

  /**
   * The decision.
   *
   * @param deactivated whether the organization has deactivated the caller
   * @param allActivePatients whether its specialists reach every active patient
   */
  static Reach of(Role role, boolean deactivated, boolean allActivePatients) {
    return switch (role) {
      case PATIENT -> SELF;
      case SPECIALIST -> deactivated ? NONE : allActivePatients ? ACTIVE_OR_LINKED : LINKED;
      case CLINIC_ADMIN -> deactivated ? NONE : ALL;
      case SUPERADMIN, SERVICE -> NONE;
    };
  }

  /**
   * The decision for workouts: as for all else, and an organization's own services prescribe for
   * each of its active patients.
   */
  static Reach toPrescribe(Role role, boolean deactivated, boolean allActivePatients) {
    return role == Role.SERVICE ? ACTIVE : of(role, deactivated, allActivePatients);
  }

  /** As a condition on a column of patients' ids; {@code :caller} is in it where it matters. */
  String condition(String column) {
    return sql.formatted(column);
  }

  boolean namesCaller() {
    return sql.contains(":caller");
  }
}
