package dev.kinebeam.pipelines.sessions;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The statements that Java assembles for the sinks, as a reviewer reads them. */
class MergeStatementsTest {
  private static final String RENEW =
      "mvn -q test -pl pipelines -am -Dtest=MergeStatementsTest"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dkinebeam.renew=true";

  @ParameterizedTest
  @ValueSource(strings = {"media_session_metrics", "media_waits", "media_session_errors"})
  void aStatementIsItsGoldenFile(String table) throws IOException {
    Path file = Path.of("src", "test", "resources", "golden", "merge", table + ".sql");
    String statement = statement(table) + ";\n";
    if (Boolean.getBoolean("kinebeam.renew")) {
      Files.createDirectories(file.getParent());
      Files.writeString(file, statement, UTF_8);
    }
    assertThat(Files.exists(file) ? Files.readString(file, UTF_8) : "")
        .as(file + " is stale; renew it by: " + RENEW)
        .isEqualTo(statement);
  }

  private static String statement(String table) {
    return switch (table) {
      case "media_session_metrics" -> new SessionTable().mergeStatement();
      case "media_waits" -> new WaitTable().mergeStatement();
      default -> new ErrorTable().mergeStatement();
    };
  }
}
