package dev.kinebeam.schemas.repository;

import java.util.Set;

/**
 * Where a class with tests belongs: beside the class that it tests, under that class's name and
 * {@code Test}. {@code ScenarioTest} is for scenarios over several classes, {@code IT} for
 * integration tests.
 */
record TestNames(Set<String> sources) {
  private static final String SCENARIO = "ScenarioTest";
  private static final String UNIT = "Test";
  private static final String INTEGRATION = "IT";

  /** Tests of this repository's own files, and of several programs alike; no class is theirs. */
  static final Set<String> CHECKS =
      Set.of(
          "ArchitectureTest",
          "ContainersAndCodecsTest", // the tables of docs/rendering.md
          "DictionariesTest", // the words of the pages
          "DocumentLinksTest",
          "DocumentedOrdersTest", // the examples of docs/rendering.md
          "EventContractTest", // the golden events
          "HelpTextsTest", // docs/cli
          "LoggingTest", // the class paths
          "MaskedConfigurationTest",
          "MergeStatementsTest",
          "OpenApiTest",
          "TraceabilityTest",
          "TrackerTest", // the files of kinebeam-tracker
          "TypeScriptClientTest"); // the OpenAPI documents, as their readers use them

  /** Whether a source file is named as one with tests. */
  static boolean isTest(String file) {
    return file.endsWith(UNIT + ".java") || file.endsWith(INTEGRATION + ".java");
  }

  /** Whether the test in this file, whose path begins at the root, is named by the rule. */
  boolean allow(String file) {
    String name = simpleName(file);
    return isTest(file)
        && (name.endsWith(SCENARIO)
            || name.endsWith(INTEGRATION)
            || CHECKS.contains(name)
            || hasItsClass(file));
  }

  /** Whether the class, be it the product's or a tool of tests, is in the same module's package. */
  boolean hasItsClass(String file) {
    String tested = file.substring(0, file.length() - (UNIT + ".java").length()) + ".java";
    return sources.contains(tested)
        || sources.contains(tested.replace("/src/test/java/", "/src/main/java/"));
  }

  static String simpleName(String file) {
    return file.substring(file.lastIndexOf('/') + 1, file.length() - ".java".length());
  }
}
