package dev.kinebeam.programs.cli;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Flags that have another name now, by command, so that the old name is answered with the new. */
final class RenamedFlags {
  private static final String DATABASE = "--database";
  private static final String DATABASE_URL = "--database-url";
  private static final String KAFKA = "--kafka";
  private static final String KAFKA_SERVERS = "--kafka-bootstrap-servers";

  private static final Map<String, String> OF_DATABASE = Map.of(DATABASE, DATABASE_URL);
  private static final Map<String, String> OF_BOTH =
      Map.of(DATABASE, DATABASE_URL, KAFKA, KAFKA_SERVERS);
  private static final Map<String, String> OF_RENDER =
      Map.of("--catalog", "--all-exercises", "--patience", "--retry-for");

  private static final Map<String, Map<String, String>> BY_COMMAND =
      Map.ofEntries(
          Map.entry("telemetry", OF_BOTH),
          Map.entry("dead-letters", OF_BOTH),
          Map.entry("archive", Map.of(KAFKA, KAFKA_SERVERS)),
          Map.entry("backfill", OF_DATABASE),
          Map.entry("maintain", OF_DATABASE),
          Map.entry("erase", OF_DATABASE),
          Map.entry("org", OF_DATABASE),
          Map.entry("person", OF_DATABASE),
          Map.entry("consent", OF_DATABASE),
          Map.entry("render", OF_RENDER),
          Map.entry("import", Map.of("--patience", "--retry-for")),
          Map.entry("bundle prepare", Map.of("--catalogue", "--register")));

  private RenamedFlags() {}

  /**
   * What to say of the first flag of a command line that has another name now.
   *
   * @param command as it is typed, such as {@code dead-letters list}
   */
  static Optional<String> message(String command, List<String> arguments) {
    String typed = command + " ";
    return BY_COMMAND.entrySet().stream()
        .filter(known -> typed.startsWith(known.getKey() + " "))
        .map(Map.Entry::getValue)
        .flatMap(
            renamed ->
                arguments.stream()
                    .map(argument -> argument.replaceFirst("=.*", ""))
                    .filter(renamed::containsKey)
                    .map(old -> old + " is now " + renamed.get(old)))
        .findFirst();
  }
}
