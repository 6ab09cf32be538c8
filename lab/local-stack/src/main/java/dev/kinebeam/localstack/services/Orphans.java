package dev.kinebeam.localstack.services;

import dev.kinebeam.programs.process.PidFile;
import dev.kinebeam.programs.process.ProcessStopper;
import java.io.IOException;
import java.util.Optional;

/**
 * What a killed run left running. The Java services end by themselves when their parent does, but
 * may still be stopping; PostgreSQL keeps running.
 */
final class Orphans {
  private Orphans() {}

  /** Stops every leftover of this data directory, and nothing else, before the new start. */
  static void stop(StackSettings settings) throws IOException {
    for (String name : Launcher.JAVA_SERVICES) {
      PidFile pidFile = new PidFile(settings.pidFile(name));
      Optional<ProcessHandle> orphan = pidFile.running();
      if (orphan.isPresent()) {
        settings.progress().accept("stopping " + name + " of an earlier run");
        ProcessStopper.terminate(name, orphan.get());
      }
      pidFile.delete();
    }
    PostmasterPidFile postmaster = new PostmasterPidFile(PostgresService.dataDir(settings));
    if (postmaster.running().isPresent()) {
      settings.progress().accept("stopping postgres of an earlier run");
    }
    postmaster.stop();
  }
}
