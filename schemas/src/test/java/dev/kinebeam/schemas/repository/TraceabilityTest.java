package dev.kinebeam.schemas.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.testkit.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every test that docs/traceability.md names exists, and no requirement is without an answer. */
class TraceabilityTest {
  private static final Pattern TEST = Pattern.compile("`(\\w+)#(\\w+)`");
  private static final Pattern NAMED = Pattern.compile("`([A-Z]\\w+(?:Test|IT))\\b");
  private static final Pattern ENTRY = Pattern.compile("(?m)^(\\d+)\\. (.+(?:\\n +.+)*)");

  @Test
  void everyNamedTestExists() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (Path file :
        Repository.files(name -> name.contains("/src/test/") && name.endsWith(".java"))) {
      String name = file.getFileName().toString();
      sources.put(name.substring(0, name.length() - ".java".length()), Repository.text(file));
    }
    List<String> missing = new ArrayList<>();
    Matcher named = TEST.matcher(document());
    while (named.find()) {
      String source = sources.getOrDefault(named.group(1), "");
      if (!source.contains("void " + named.group(2) + "(")) {
        missing.add(named.group(1) + "#" + named.group(2));
      }
    }
    assertThat(missing)
        .as("tests that docs/traceability.md names; write their new names there")
        .isEmpty();
  }

  @Test
  void everyRequirementHasATestOrNotYet() throws IOException {
    String document = document();
    Matcher entries = ENTRY.matcher(document);
    int count = 0;
    int number = 0;
    while (entries.find()) {
      number = entries.group(1).equals("1") ? 1 : number + 1;
      String entry = entries.group(2).replaceAll("\\s+", " ");
      assertThat(entries.group(1)).as(entry).isEqualTo("" + number);
      assertThat(entry).matches(".+ → (not yet|`\\w+#\\w+`(, `\\w+#\\w+`)*)");
      count++;
    }
    assertThat(count).isGreaterThan(100);
    assertThat(document.split("→", -1)).as("every arrow is in an entry").hasSize(count + 1);
  }

  @Test
  void everyTestThatADocumentNamesExists() throws IOException {
    Set<String> tests =
        Repository.files(name -> name.contains("/src/test/") && name.endsWith(".java")).stream()
            .map(file -> file.getFileName().toString().replace(".java", ""))
            .collect(Collectors.toSet());
    List<String> missing = new ArrayList<>();
    for (Path document : Repository.files(name -> name.matches("(?!CHANGELOG).*\\.md"))) {
      Matcher named = NAMED.matcher(Repository.text(document));
      while (named.find()) {
        if (!tests.contains(named.group(1))) {
          missing.add(Repository.name(document) + ": " + named.group(1));
        }
      }
    }
    assertThat(missing).isEmpty();
  }

  private static String document() throws IOException {
    return Repository.text(Repository.root().resolve("docs/traceability.md"));
  }
}
