package dev.kinebeam.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.testkit.GeneratedFile;
import dev.kinebeam.testkit.Repository;
import dev.kinebeam.testkit.TestPostgres;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** docs/schema.sql is the schema that the migrations make. */
@Tag("servers")
class SchemaDumpTest {
  private static final String RENEW =
      "mvn -q test -pl schemas -am -Dtest=SchemaDumpTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dkinebeam.renew=true";

  private static TestPostgres postgres;

  @BeforeAll
  static void start() {
    postgres = TestPostgres.migrated();
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @Test
  void theDocumentIsTheSchemaOfTheMigrations() throws Exception {
    GeneratedFile file = new GeneratedFile(Repository.root().resolve("docs/schema.sql"), RENEW);
    String dump =
        "-- The whole schema, generated from the migrations. Do not edit; renew it by\n--   "
            + RENEW
            + "\n\n"
            + dump();
    assertThat(file.stored(dump)).as(file.remedy()).isEqualTo(dump);
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
    try (Connection connection = postgres.owner().getConnection()) {
      return SchemaDump.of(connection);
    }
  }

  private static String dumpAfter(String change) throws Exception {
    try (Connection connection = postgres.owner().getConnection()) {
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
