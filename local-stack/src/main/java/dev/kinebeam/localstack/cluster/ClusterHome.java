package dev.kinebeam.localstack.cluster;

import dev.kinebeam.localstack.services.StackSettings.PortChoice;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The option that every cluster command has. */
final class ClusterHome {
  @Option(
      names = "--data-dir",
      paramLabel = "DIR",
      defaultValue = "${sys:kinebeam.home:-.}/.local",
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

  /** Where a running stack writes its log-ins. */
  Path envFolder() {
    return dataDir.resolve("env");
  }
}
