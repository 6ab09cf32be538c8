package dev.kinebeam.trials.tracker;

import dev.kinebeam.localstack.services.Endpoints;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.util.UUID;

/** Enters a patient who agrees to analytics. */
final class PatientWithConsent {
  private PatientWithConsent() {}

  static void add(Endpoints.Database database, UUID org, UUID patient) throws Exception {
    Endpoints.Login admin = database.admin();
    try (Connection connection =
        DriverManager.getConnection(database.url(), admin.user(), admin.password())) {
      execute(connection, "INSERT INTO organizations (org_id, name) VALUES (?, 'Clinic')", org);
      execute(
          connection,
          "INSERT INTO consents (org_id, patient_id, purpose, active) VALUES (?, ?, 'analytics',"
              + " true)",
          org,
          patient);
    }
  }

  private static void execute(Connection connection, String sql, Object... values)
      throws Exception {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      statement.executeUpdate();
    }
  }
}
