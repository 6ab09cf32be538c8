package dev.kinebeam.catalog.db;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;

/**
 * A real PostgreSQL with the migrations, seen as its owner and as the gateway's and render's roles.
 */
final class TestDatabase implements AutoCloseable {
  private final EmbeddedPostgres postgres;

  TestDatabase() throws IOException {
    postgres = EmbeddedPostgres.start();
    Database.migrate(postgres.getPostgresDatabase());
    owner()
        .useHandle(
            handle -> {
              handle.execute("CREATE ROLE gateway LOGIN IN ROLE kinebeam_gateway");
              handle.execute("CREATE ROLE render LOGIN IN ROLE kinebeam_render");
              handle.execute("CREATE ROLE auditor LOGIN BYPASSRLS IN ROLE kinebeam_gateway");
            });
  }

  Jdbi owner() {
    return Jdbi.create(postgres.getPostgresDatabase());
  }

  Database as(String user) {
    return Database.over(postgres.getDatabase(user, "postgres"));
  }

  String url() {
    return postgres.getJdbcUrl("postgres", "postgres");
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
  public void close() throws IOException {
    postgres.close();
  }
}
