package dev.kinebeam.catalog.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.database.DatabaseUnavailableException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  @Test
  @Tag("servers")
  void readsTheServersVersion() throws Exception {
    try (TestDatabase db = new TestDatabase();
        Database pool = Database.open(new DatabaseSettings(db.url("gateway"), "gateway", ""))) {
      assertThat(pool.answers()).isTrue();
      assertThat(pool.serverVersion()).startsWith("17.");
    }
  }

  /** A failure's message, its causes and the trace go to logs; what was bound may be a patient. */
  @Test
  @Tag("servers")
  void noValueOfAStatementIsPrinted() {
    UUID org = UUID.randomUUID();
    UUID patient = UUID.randomUUID();
    try (TestDatabase db = new TestDatabase();
        Database pool = Database.open(new DatabaseSettings(db.url("postgres"), "postgres", ""));
        Database unpooled =
            Database.over(
                Database.unpooled(new DatabaseSettings(db.url("postgres"), "postgres", "")))) {
      db.addOrganization(org);
      db.consent(org, patient, true);
      for (Database database : List.of(pool, unpooled)) {
        assertThat(printed(database, "SELECT 1 / 0 WHERE ? <> ?", org, patient))
            .contains("division by zero")
            .doesNotContain(org.toString(), patient.toString());
        assertThat(
                printed(
                    database,
                    "INSERT INTO consents (org_id, patient_id, purpose, active)"
                        + " VALUES (?, ?, 'analytics', true)",
                    org,
                    patient))
            .contains("duplicate key")
            .doesNotContain(org.toString(), patient.toString());
      }
    }
  }

  private static String printed(Database database, String sql, UUID org, UUID patient) {
    Throwable failure =
        catchThrowable(() -> database.inTransaction(handle -> handle.execute(sql, org, patient)));
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }

  @Test
  void anAbsentServerIsReportedWithinTheTimeout() {
    DatabaseSettings nowhere =
        new DatabaseSettings("jdbc:postgresql://127.0.0.1:1/none", "nobody", "secret");
    try (Database pool = Database.open(nowhere, 2, Duration.ofMillis(300))) {
      assertThat(pool.answers()).isFalse();
      assertThatThrownBy(pool::serverVersion).isInstanceOf(DatabaseUnavailableException.class);
    }
    assertThat(nowhere).asString().doesNotContain("secret");
  }

  @Test
  void noPasswordIsPrinted() {
    String url = "jdbc:postgresql://u:secret1@db:5432/x?sslPassword=secret2&ssl=true&password=s3";
    assertThat(new DatabaseSettings(url, "gateway", "secret4").toString())
        .contains("db:5432/x", "ssl=true")
        .doesNotContain("secret", "s3");
  }
}
