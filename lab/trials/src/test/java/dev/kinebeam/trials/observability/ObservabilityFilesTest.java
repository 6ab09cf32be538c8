package dev.kinebeam.trials.observability;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.kinebeam.programs.process.ProjectHome;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The alert rules and the dashboard, checked as files; what they name is checked by WatchingIT. */
class ObservabilityFilesTest {
  private static final Pattern RUNBOOK = Pattern.compile("runbook: docs/operations\\.md#(\\S+)");

  @Tag("promtool")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "check rules alerts.yaml",
        "test rules alerts.test.yaml",
        "check config prometheus.yaml"
      })
  void prometheusAcceptsThem(String arguments) throws Exception {
    String promtool = System.getenv().getOrDefault("KINEBEAM_PROMTOOL", "");
    assumeThat(promtool)
        .as("KINEBEAM_PROMTOOL is not set: run ./kinebeam test, which fetches promtool")
        .isNotEmpty();
    Process process =
        new ProcessBuilder((promtool + " " + arguments).split(" ", -1))
            .directory(ObservabilityFiles.folder().toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);

    assertThat(process.waitFor()).as(output).isZero();
  }

  @Test
  void everyAlertHasARunbookThatIsThere() throws Exception {
    Set<String> sections =
        Files.readAllLines(ProjectHome.folder().resolve("docs/operations.md")).stream()
            .filter(line -> line.startsWith("## "))
            .map(line -> line.substring(3).toLowerCase(Locale.ROOT).replace(' ', '-'))
            .collect(Collectors.toSet());
    String rules = ObservabilityFiles.rules();
    List<String> runbooks =
        RUNBOOK.matcher(rules).results().map((MatchResult found) -> found.group(1)).toList();

    assertThat(runbooks).hasSize(rules.split("- alert: ", -1).length - 1).isSubsetOf(sections);
  }

  @Test
  void theRulesAndTheDashboardNameMetrics() throws Exception {
    assertThat(ObservabilityFiles.namedMetrics())
        .contains("kinebeam_dependency_up", "kinebeam_unread_partitions")
        .hasSizeGreaterThan(15);
  }
}
