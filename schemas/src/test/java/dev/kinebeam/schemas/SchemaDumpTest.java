package dev.kinebeam.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.schemas.repository.Repository;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** docs/schema.sql is the schema that the migrations make. */
class SchemaDumpTest {
  private static final String RENEW =
      "mvn -q test -pl schemas -Dtest=SchemaDumpTest -Dkinebeam.renew=true";

  private static EmbeddedPostgres postgres;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start();
    Flyway.configure().dataSource(postgres.getPostgresDatabase()).load().migrate();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @Test
  void theDocumentIsTheSchemaOfTheMigrations() throws Exception {
    Path file = Repository.root().resolve("docs/schema.sql");
    String dump =
        "-- The whole schema, generated from the migrations. Do not edit; renew it by\n--   "
            + RENEW
            + "\n\n"
            + dump();
    if (Boolean.getBoolean("kinebeam.renew")) {
      Files.writeString(file, dump);
    }
    assertThat(Files.exists(file) ? Files.readString(file) : "")
        .as("docs/schema.sql is stale; renew it by: " + RENEW)
        .isEqualTo(dump);
  }

  @Test
  void aChangeOfTheSchemaChangesTheDump() throws Exception {
    String before = dump();
    for (String change :
        new String[] {
          "ALTER TABLE people ADD COLUMN shoe_size int NOT NULL DEFAULT 40",
          "CREATE INDEX people_by_shoe ON people (org_id)",
          "GRANT SELECT (org_id) ON people TO kinebeam_maintenance",
          "ALTER TABLE organizations NO FORCE ROW LEVEL SECURITY",
          "CREATE FUNCTION shoes() RETURNS int LANGUAGE sql AS 'SELECT 1'"
        }) {
      assertThat(dumpAfter(change)).as(change).isNotEqualTo(before);
    }
    assertThat(dumpAfter("SELECT ensure_media_partitions(now() + interval '9 months', 0, 0)"))
        .as("a month's partitions are not part of the schema")
        .isEqualTo(before);
  }

  private static String dump() throws Exception {
    try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
      return SchemaDump.of(connection);
    }
  }

  private static String dumpAfter(String change) throws Exception {
    try (Connection connection = postgres.getPostgresDatabase().getConnection()) {
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        statement.execute(change);
      }
      try {
        return SchemaDump.of(connection);
      } finally {
        connection.rollback();
      }
    }
  }
}
