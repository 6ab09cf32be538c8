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
  /** Every patient who is active, and those whom the caller treats. */
  ACTIVE_OR_LINKED(
      "(%1$s IN (SELECT person_id FROM people WHERE role = 'patient' AND active)"
          + " OR %1$s IN ("
          + Reach.TREATED
          + "))"),
  /** All of the organization. */
  ALL("true");

  private static final String TREATED =
      "SELECT patient_id FROM care_links WHERE specialist_id = :caller AND ended_at IS NULL";

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

  /** As a condition on a column of patients' ids; {@code :caller} is in it where it matters. */
  String condition(String column) {
    return sql.formatted(column);
  }

  boolean namesCaller() {
    return sql.contains(":caller");
  }
}
