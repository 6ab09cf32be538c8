package dev.kinebeam.programs.cluster;

import dev.kinebeam.programs.process.EnvFiles;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProgramRole;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** The option that every cluster command has. */
final class ClusterHome {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = "${sys:kinebeam.data:-.local}",
      description = "Where all data is kept (default: ${DEFAULT-VALUE}).")
  private Path dataDir;

  FlinkCluster cluster(PrintWriter out) {
    return FlinkCluster.in(
        FlinkCluster.folderIn(dataDir),
        PortChoice.USUAL_OR_FREE,
        line -> {
          out.println("  " + line);
          out.flush();
        });
  }

  /**
   * The cluster, which must run.
   *
   * @throws IOException when it does not answer
   */
  FlinkCluster running(PrintWriter out) throws IOException {
    FlinkCluster cluster = cluster(out);
    if (!cluster.rest().answers()) {
      throw new IOException("no cluster answers at " + cluster.page() + ": start it first");
    }
    return cluster;
  }

  /** What a running stack wrote for a program, overruled by this process's environment. */
  Map<String, String> environment(ProgramRole program) throws IOException {
    Map<String, String> environment = new HashMap<>(EnvFiles.read(dataDir.resolve("env"), program));
    environment.putAll(System.getenv());
    return environment;
  }

  /** Runs a job's own command in place of {@code of}; the later of two equal flags counts. */
  static int run(Object command, CommandSpec of, List<String> arguments) {
    return new CommandLine(command)
        .setOverwrittenOptionsAllowed(true)
        .setOut(of.commandLine().getOut())
        .setErr(of.commandLine().getErr())
        .setParameterExceptionHandler(of.commandLine().getParameterExceptionHandler())
        .setExecutionExceptionHandler(of.commandLine().getExecutionExceptionHandler())
        .execute(arguments.toArray(String[]::new));
  }
}
