package dev.kinebeam.catalog.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.database.DatabaseUnavailableException;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  @Test
  @Tag("servers")
  void readsTheServersVersion() throws Exception {
    try (TestDatabase db = new TestDatabase();
        Database pool = Database.open(new DatabaseSettings(db.url(), "gateway", ""))) {
      assertThat(pool.answers()).isTrue();
      assertThat(pool.serverVersion()).startsWith("17.");
    }
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
