package dev.kinebeam.trials.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.programs.cli.KinebeamMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * The front door prints help from {@code docs/cli}, so that it answers without a build: these files
 * are what the commands themselves print.
 */
class HelpTextsTest {
  private static final Path FOLDER = Path.of("../../docs/cli");
  private static final String RENEW =
      "mvn -q test -pl lab/trials -am -Dtest=HelpTextsTest -Dkinebeam.renew=true"
          + " -Dsurefire.failIfNoSpecifiedTests=false";

  @Test
  void filesAreWhatTheCommandsPrint() throws IOException {
    Map<String, String> texts = new TreeMap<>();
    CommandLine all = KinebeamMain.commandLine(CheckoutMain.COMMANDS);
    texts.put("kinebeam", text(all));
    all.getSubcommands().forEach((name, command) -> collect(name, command, texts));
    if (Boolean.getBoolean("kinebeam.renew")) {
      renew(texts);
    }
    for (Map.Entry<String, String> text : texts.entrySet()) {
      Path file = FOLDER.resolve(text.getKey() + ".txt");
      assertThat(file).as("renew it: %s", RENEW).exists();
      assertThat(Files.readString(file))
          .as("%s; renew: %s", file, RENEW)
          .isEqualTo(text.getValue());
    }
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files.map(file -> file.getFileName().toString().replace(".txt", "")))
          .as("renew them: %s", RENEW)
          .allMatch(name -> name.equals("test") || texts.containsKey(name));
    }
  }

  private static void collect(String name, CommandLine command, Map<String, String> texts) {
    texts.put(name, text(command));
    command.getSubcommands().forEach((sub, line) -> collect(name + "-" + sub, line, texts));
  }

  private static String text(CommandLine command) {
    return command.getUsageMessage(CommandLine.Help.Ansi.OFF);
  }

  private static void renew(Map<String, String> texts) throws IOException {
    Files.createDirectories(FOLDER);
    try (Stream<Path> old = Files.list(FOLDER)) {
      for (Path file : old.filter(f -> !f.endsWith("test.txt")).toList()) {
        Files.delete(file);
      }
    }
    for (Map.Entry<String, String> text : texts.entrySet()) {
      Files.writeString(FOLDER.resolve(text.getKey() + ".txt"), text.getValue());
    }
  }
}
