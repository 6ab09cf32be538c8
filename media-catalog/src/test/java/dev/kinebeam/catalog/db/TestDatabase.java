package dev.kinebeam.catalog.db;

import dev.kinebeam.testkit.TestPostgres;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * A real PostgreSQL with the migrations, seen as its owner and as the gateway's and render's roles.
 */
final class TestDatabase implements AutoCloseable {
  private final TestPostgres postgres = TestPostgres.migrated();

  Jdbi owner() {
    return Jdbi.create(postgres.owner());
  }

  Database as(String user) {
    return Database.over(postgres.as(user));
  }

  /** With the login in it, which counts more than one that is given beside it. */
  String url(String login) {
    return postgres.url(login);
  }

  void addOrganization(UUID orgId) {
    owner()
        .useHandle(
            h -> h.execute("INSERT INTO organizations (org_id, name) VALUES (?, 'Clinic')", orgId));
  }

  void consent(UUID orgId, UUID patientId, boolean active) {
    owner()
        .useHandle(
            h ->
                h.execute(
                    """
                    INSERT INTO consents (org_id, patient_id, purpose, active)
                    VALUES (?, ?, 'analytics', ?)
                    ON CONFLICT (org_id, patient_id, purpose) DO UPDATE SET active = excluded.active
                    """,
                    orgId,
                    patientId,
                    active));
  }

  @Override
  public void close() {
    postgres.close();
  }
}
