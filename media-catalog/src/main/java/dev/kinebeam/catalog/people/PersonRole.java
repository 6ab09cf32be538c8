package dev.kinebeam.catalog.people;

/** Who a person is to an organization. */
public enum PersonRole {
  PATIENT,
  SPECIALIST,
  CLINIC_ADMIN
}
