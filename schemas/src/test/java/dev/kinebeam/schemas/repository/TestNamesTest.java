package dev.kinebeam.schemas.repository;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.testkit.Repository;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every test is beside its class and has its name, or its name says why not. */
class TestNamesTest {
  private static final Pattern TESTS =
      Pattern.compile("(?m)^ +@(Test|ParameterizedTest|RepeatedTest|TestFactory|Property)\\b");

  @Test
  void everyTestIsBesideItsClassOrSaysWhyNot() throws IOException {
    Map<String, Path> sources = new TreeMap<>();
    for (Path file : Repository.files(name -> name.endsWith(".java"))) {
      sources.put(Repository.name(file), file);
    }
    TestNames names = new TestNames(sources.keySet());
    Set<String> refused = new TreeSet<>();
    int seen = 0;
    for (Map.Entry<String, Path> source : sources.entrySet()) {
      String file = source.getKey();
      if (file.contains("/src/test/java/")
          && (TestNames.isTest(file) || TESTS.matcher(Repository.text(source.getValue())).find())) {
        seen++;
        if (!names.allow(file)) {
          refused.add(file);
        }
      }
    }
    assertThat(seen).isGreaterThan(200);
    assertThat(refused)
        .as(
            "tests that are not beside a class of their name: move them there, let the name end in"
                + " ScenarioTest, or list a check of the repository in TestNames.CHECKS")
        .isEmpty();
  }

  @Test
  void everyListedCheckIsThereAndHasNoClassBesideIt() throws IOException {
    List<String> sources =
        Repository.files(name -> name.endsWith(".java")).stream().map(Repository::name).toList();
    TestNames names = new TestNames(Set.copyOf(sources));
    assertThat(sources.stream().map(TestNames::simpleName)).containsAll(TestNames.CHECKS);
    assertThat(sources)
        .filteredOn(file -> TestNames.CHECKS.contains(TestNames.simpleName(file)))
        .noneMatch(names::hasItsClass);
  }

  @ParameterizedTest
  @CsvSource({
    "m/src/test/java/a/ClockTest.java, true",
    "m/src/test/java/a/FakeTest.java, true",
    "m/src/test/java/a/b/ClockTest.java, false",
    "n/src/test/java/a/ClockTest.java, false",
    "m/src/test/java/a/ClockPropertyTest.java, false",
    "m/src/test/java/a/b/LateScenarioTest.java, true",
    "m/src/test/java/a/b/LateIT.java, true",
    "m/src/test/java/a/b/OpenApiTest.java, true",
    "m/src/test/java/a/Clock.java, false",
    "m/src/test/java/a/ClockTests.java, false",
  })
  void aTestIsAllowedByItsPlaceAndName(String file, boolean allowed) {
    TestNames names =
        new TestNames(Set.of("m/src/main/java/a/Clock.java", "m/src/test/java/a/Fake.java"));
    assertThat(names.allow(file)).isEqualTo(allowed);
  }
}
