package dev.kinebeam.trials.docs;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.trials.cli.CheckoutMain;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The shell commands of a document's section, as a reader copies them. */
public final class ShellBlocks {
  private static final Pattern BLOCK = Pattern.compile("(?ms)^```([^\\n]*)\\n(.*?)^```$");

  private ShellBlocks() {}

  /**
   * The blocks of a section, in order.
   *
   * @param document in {@code docs}
   * @param heading of the section, without its hashes
   * @param language what follows the opening fence, {@code sh} for example
   */
  public static List<String> of(String document, String heading, String language)
      throws IOException {
    String text = Files.readString(ProjectHome.folder().resolve("docs").resolve(document), UTF_8);
    int begin = text.indexOf("\n## " + heading + "\n");
    if (begin < 0) {
      throw new IllegalArgumentException(document + " has no section " + heading);
    }
    int end = text.indexOf("\n## ", begin + 1);
    return blocks(text.substring(begin, end < 0 ? text.length() : end)).stream()
        .filter(block -> block.language().equals(language))
        .map(Block::text)
        .toList();
  }

  /**
   * A block of a document.
   *
   * @param language what follows the opening fence
   */
  public record Block(String language, String text) {}

  /** Every block of a text, in order. */
  static List<Block> blocks(String text) {
    Matcher matcher = BLOCK.matcher(text);
    List<Block> blocks = new ArrayList<>();
    while (matcher.find()) {
      blocks.add(new Block(matcher.group(1), matcher.group(2)));
    }
    return blocks;
  }

  /**
   * How a script ended.
   *
   * @param out each block's standard output begins on a line of its own
   * @param err names each block before it is run
   */
  public record Ended(int exit, String out, String err) {}

  /**
   * Runs the blocks one after the other in one shell, which ends at the first command that fails.
   * {@code ./kinebeam} in the folder is this build's command line.
   */
  public static Ended run(List<String> blocks, Path folder, Duration limit) throws Exception {
    frontDoor(folder);
    StringBuilder script = new StringBuilder("set -euo pipefail\n");
    for (String block : blocks) {
      script.append("echo; cat >&2 <<'SHOWN'\n").append(block).append("SHOWN\n").append(block);
    }
    Path out = folder.resolve("out.txt");
    Path err = folder.resolve("err.txt");
    ProcessBuilder bash = new ProcessBuilder("bash", "-c", script.toString());
    bash.environment().put("CLASSPATH", System.getProperty("java.class.path"));
    Process process =
        bash.directory(folder.toFile())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile())
            .start();
    if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
      throw new AssertionError("not within " + limit + ": " + Files.readString(err, UTF_8));
    }
    return new Ended(
        process.exitValue(), Files.readString(out, UTF_8), Files.readString(err, UTF_8));
  }

  static void frontDoor(Path folder) throws IOException {
    Path door =
        Files.writeString(
            folder.resolve("kinebeam"),
            """
            #!/usr/bin/env bash
            exec '%s' -Dkinebeam.home='%s' -Dkinebeam.data='%s/.local' @'%s' -XX:TieredStopAtLevel=1 %s "$@"
            """
                .formatted(
                    ProcessHandle.current().info().command().orElse("java"),
                    folder,
                    folder,
                    ProjectHome.folder().resolve("flink-conf/jvm.options"),
                    CheckoutMain.class.getName()));
    Files.setPosixFilePermissions(door, PosixFilePermissions.fromString("rwx------"));
  }
}
