package dev.kinebeam.trials.accounting;

import dev.kinebeam.catalog.db.Consents;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.trials.patients.Clinics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What the platform would have put into the database before the first patient comes. */
public final class DemoDatabase {
  /** A short exercise that every clinic prescribes. */
  public static final String SHORT_EXERCISE = "diaphragm-breathing";

  /** The one that is published with a broken file, which is soon repaired. */
  public static final String BROKEN_EXERCISE = "shoulder-circles";

  /** The one whose file stays broken. */
  public static final String FAILING_EXERCISE = "wall-slide";

  /** Videos of incidents last seconds, so a stall of a moment is a large part of them. */
  private static final String NETWORK =
      "INSERT INTO alert_thresholds (org_id, rule, enabled, threshold, min_sessions, min_ratio)"
          + " VALUES (?, 'network_degradation', true, 3, 5, 0.12) ON CONFLICT DO NOTHING";

  private final Endpoints.Database access;

  public DemoDatabase(Endpoints.Database access) {
    this.access = access;
  }

  /** The whole database, past every policy: for the accounting, which looks across clinics. */
  public DataSource owner() {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(access.url());
    source.setUser(access.admin().user());
    source.setPassword(access.admin().password());
    return source;
  }

  /** What players send for an exercise: hashed by the client, and so no slug. */
  public static String mediaId(String slug) {
    return Integer.toHexString(slug.hashCode()) + "-" + slug.length();
  }

  /** The people, and the exercises as published ones without a video; the same on every run. */
  public void fill(List<Clinics.Patient> patients) throws SQLException {
    people(patients);
    exercises();
  }

  /** Clinics, their people, and who consents to what; the same on every run. */
  public void people(List<Clinics.Patient> patients) throws SQLException {
    try (Connection c = owner().getConnection()) {
      c.setAutoCommit(false);
      try (PreparedStatement org =
              c.prepareStatement(
                  "INSERT INTO organizations (org_id, name, time_zone, locale)"
                      + " VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING");
          PreparedStatement network = c.prepareStatement(NETWORK);
          PreparedStatement person =
              c.prepareStatement(
                  "INSERT INTO people (org_id, person_id, role, display_name, created_at)"
                      + " VALUES (?, ?, ?, ?, now() - interval '90 days' + ? * interval '1 s')"
                      + " ON CONFLICT (org_id, person_id) DO UPDATE"
                      + " SET display_name = excluded.display_name,"
                      + " created_at = excluded.created_at");
          PreparedStatement consent =
              c.prepareStatement(
                  "INSERT INTO consents (org_id, patient_id, purpose, active) VALUES (?, ?, ?, ?)"
                      + " ON CONFLICT (org_id, patient_id, purpose)"
                      + " DO UPDATE SET active = excluded.active, changed_at = now()");
          PreparedStatement link =
              c.prepareStatement(
                  "INSERT INTO care_links (org_id, patient_id, specialist_id, started_at)"
                      + " VALUES (?, ?, ?, now() - interval '60 days') ON CONFLICT DO NOTHING")) {
        int place = 1; // cards to sign in by are shown in the order of entry
        for (Clinics.Clinic clinic : Clinics.ALL) {
          org.setObject(1, clinic.orgId());
          org.setString(2, clinic.name());
          org.setString(3, clinic.zone().getId());
          org.setString(4, clinic.locale().getLanguage());
          org.addBatch();
          network.setObject(1, clinic.orgId());
          network.addBatch();
          add(person, clinic.orgId(), clinic.adminId(), "clinic_admin", clinic.adminName(), 0);
          for (Clinics.Specialist one : clinic.specialists()) {
            add(person, clinic.orgId(), one.specialistId(), "specialist", one.name(), place++);
          }
        }
        for (Clinics.Patient patient : patients) {
          UUID orgId = patient.clinic().orgId();
          add(person, orgId, patient.patientId(), "patient", patient.name(), place++);
          consent.setObject(1, orgId);
          consent.setObject(2, patient.patientId());
          consent.setString(3, Consents.ANALYTICS);
          consent.setBoolean(4, patient.consents());
          consent.addBatch();
          for (Clinics.Specialist one : treating(patient)) {
            link.setObject(1, orgId);
            link.setObject(2, patient.patientId());
            link.setObject(3, one.specialistId());
            link.addBatch();
          }
        }
        org.executeBatch();
        network.executeBatch();
        person.executeBatch();
        consent.executeBatch();
        link.executeBatch();
      }
      c.commit();
    }
  }

  /** The first specialist of the clinic, and one of the others. */
  private static List<Clinics.Specialist> treating(Clinics.Patient patient) {
    List<Clinics.Specialist> all = patient.clinic().specialists();
    int other = 1 + Math.floorMod(patient.patientId().hashCode(), all.size() - 1);
    return List.of(all.get(0), all.get(other));
  }

  private void exercises() {
    try (Database database =
        Database.open(
            new DatabaseSettings(access.url(), access.admin().user(), access.admin().password()))) {
      Exercises exercises = new Exercises(database);
      exercises.ensureRepsBased(
          SampleExercise.SLUG, "Lumbar detensioning", mediaId(SampleExercise.SLUG));
      exercises.ensureRepsBased(SHORT_EXERCISE, "Diaphragm breathing", mediaId(SHORT_EXERCISE));
      exercises.ensureRepsBased(BROKEN_EXERCISE, "Shoulder circles", mediaId(BROKEN_EXERCISE));
    }
  }

  private static void add(
      PreparedStatement person, UUID orgId, UUID personId, String role, String name, int place)
      throws SQLException {
    person.setObject(1, orgId);
    person.setObject(2, personId);
    person.setString(3, role);
    person.setString(4, name);
    person.setInt(5, place);
    person.addBatch();
  }
}
