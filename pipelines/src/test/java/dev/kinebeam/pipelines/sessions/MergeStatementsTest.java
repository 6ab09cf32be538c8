package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.testkit.GeneratedFile;
import java.io.IOException;
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
    GeneratedFile file =
        new GeneratedFile(
            Path.of("src", "test", "resources", "golden", "merge", table + ".sql"), RENEW);
    String statement = statement(table) + ";\n";
    assertThat(file.stored(statement)).as(file.remedy()).isEqualTo(statement);
  }

  private static String statement(String table) {
    return switch (table) {
      case "media_session_metrics" -> new SessionTable().mergeStatement();
      case "media_waits" -> new WaitTable().mergeStatement();
      default -> new ErrorTable().mergeStatement();
    };
  }
}
