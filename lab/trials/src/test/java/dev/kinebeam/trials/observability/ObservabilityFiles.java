package dev.kinebeam.trials.observability;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What {@code deploy/observability} holds. */
final class ObservabilityFiles {
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:kinebeam|jvm|process)_[a-zA-Z0-9_]+\\b");

  private ObservabilityFiles() {}

  static Path folder() throws IOException {
    return ProjectHome.folder().resolve("deploy/observability");
  }

  static String rules() throws IOException {
    return Files.readString(folder().resolve("alerts.yaml"), UTF_8);
  }

  /** Every metric of ours in an expression of the rules or of the dashboard. */
  static Set<String> namedMetrics() throws IOException {
    Set<String> named = new TreeSet<>();
    collect(rules(), named);
    JsonNode dashboard =
        Json.MAPPER.readTree(Files.readString(folder().resolve("dashboard.json"), UTF_8));
    for (JsonNode panel : dashboard.get("panels")) {
      for (JsonNode target : panel.get("targets")) {
        collect(target.get("expr").textValue(), named);
      }
    }
    return named;
  }

  private static void collect(String text, Set<String> named) {
    Matcher matcher = METRIC.matcher(text);
    while (matcher.find()) {
      named.add(matcher.group());
    }
  }
}
