package dev.kinebeam.programs.cluster;

import dev.kinebeam.programs.process.Folders;
import dev.kinebeam.programs.process.FreePorts;
import dev.kinebeam.programs.process.PortChoice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where a JobManager listens; kept in a file, since the next JobManager must be found by the
 * TaskManagers of the last one.
 *
 * @param rest the page's and the REST interface's
 * @param rpc where TaskManagers register
 */
record ClusterPorts(int rest, int rpc) {
  private static final int USUAL_REST = 8081;
  private static final int USUAL_RPC = 6123;

  static Optional<ClusterPorts> known(Path file) throws IOException {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    List<String> lines = Files.readAllLines(file);
    return Optional.of(
        new ClusterPorts(Integer.parseInt(lines.get(0)), Integer.parseInt(lines.get(1))));
  }

  static ClusterPorts choose(Path file, PortChoice choice) throws IOException {
    FreePorts free = new FreePorts(choice);
    ClusterPorts ports =
        new ClusterPorts(free.usualOrFree(USUAL_REST), free.usualOrFree(USUAL_RPC));
    Folders.createPrivate(file.getParent());
    Files.write(file, List.of(Integer.toString(ports.rest), Integer.toString(ports.rpc)));
    return ports;
  }

  /** Whether a process listens on one of them. */
  boolean isOneTaken() {
    return !FreePorts.isFree(rest) || !FreePorts.isFree(rpc);
  }
}
