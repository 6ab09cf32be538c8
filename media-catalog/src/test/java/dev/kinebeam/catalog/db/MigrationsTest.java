package dev.kinebeam.catalog.db;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class MigrationsTest {
  @Test
  void aDatabaseThatDoesNotAnswerIsNamedOnOneLineWithoutItsSecrets() {
    Migrations migrations =
        new Migrations(
            "jdbc:postgresql://127.0.0.1:1/nodb?sslpassword=hidden", "postgres", "hidden");
    assertThatThrownBy(migrations::pending)
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            "the database at jdbc:postgresql://127.0.0.1:1/nodb?sslpassword=*** did not answer: ")
        .hasMessageNotContaining("hidden")
        .extracting(Throwable::getMessage)
        .asString()
        .hasLineCount(1);
  }
}
