package dev.kinebeam.programs.process;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * A Java program to run in a process of its own.
 *
 * @param name distinguishes it from the other programs on the same data
 * @param classPath of the child
 * @param mainClass of the child
 * @param jvmFlags memory and compiler settings
 * @param arguments of the program
 * @param environment set beside the one inherited
 */
public record JavaProgram(
    String name,
    String classPath,
    String mainClass,
    List<String> jvmFlags,
    List<String> arguments,
    Map<String, String> environment) {
  private static final Path SETSID = Path.of("/usr/bin/setsid");

  /** As of every command's JVM: after those of the program and of its files. */
  private static final List<String> FURTHER_OPTIONS =
      Pattern.compile(" +")
          .splitAsStream(System.getenv().getOrDefault("KINEBEAM_JAVA_OPTS", ""))
          .filter(option -> !option.isEmpty())
          .toList();

  /** Without arguments and environment, in which secrets may stand. */
  @Override
  public String toString() {
    return "JavaProgram[name=%s, mainClass=%s]".formatted(name, mainClass);
  }

  /** What distinguishes this child from every other process: its name and whose data it serves. */
  public String mark(Path dataDir) {
    return "-Dkinebeam.service=" + name + "@" + dataDir;
  }

  /** The process to be, with its mark in its command line. */
  public ProcessBuilder process(Path dataDir) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(SETSID)) {
      // Ctrl-C in a terminal is sent to the whole process group; children are stopped in an order
      // of
      // their own, or stay.
      command.add(SETSID.toString());
    }
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.add(mark(dataDir));
    command.addAll(jvmFlags);
    command.addAll(FURTHER_OPTIONS);
    command.add(mainClass);
    command.addAll(arguments);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    // In the environment and not in the arguments, so that the mark is found in a short command
    // line.
    builder.environment().put("CLASSPATH", classPath);
    // glibc's arenas per thread cost more memory than these servers' threads gain by them.
    builder.environment().put("MALLOC_ARENA_MAX", "2");
    return builder;
  }
}
