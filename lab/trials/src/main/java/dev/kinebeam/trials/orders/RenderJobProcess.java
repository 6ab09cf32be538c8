package dev.kinebeam.trials.orders;

import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.programs.process.Daemon;
import dev.kinebeam.programs.process.JavaProgram;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.render.RenderMain;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** {@code kinebeam render --kafka} as a process of its own, which may be killed and replaced. */
public final class RenderJobProcess implements Closeable {
  private static final String NAME = "render";

  private final Path folder;
  private final Profile profile;
  private final int parallelism;
  private Daemon process;

  private RenderJobProcess(Path folder, Profile profile, int parallelism) {
    this.folder = folder;
    this.profile = profile;
    this.parallelism = parallelism;
  }

  /** Starts it for small videos, and does not wait until it takes orders. */
  static RenderJobProcess start(Endpoints endpoints, Path folder, int parallelism)
      throws IOException {
    return start(endpoints, folder, Profile.parse("216p"), parallelism);
  }

  /**
   * Starts it and does not wait until it takes orders.
   *
   * @param folder gets its log, its pid file, and {@link #directory}
   * @param profile of the videos it makes
   */
  public static RenderJobProcess start(
      Endpoints endpoints, Path folder, Profile profile, int parallelism) throws IOException {
    RenderJobProcess job = new RenderJobProcess(folder, profile, parallelism);
    Optional<Daemon> orphan = Daemon.running(NAME, folder);
    if (orphan.isPresent()) {
      orphan.get().stop();
    }
    job.start(endpoints);
    return job;
  }

  /** Where one in this folder keeps its mezzanines. */
  public static Path directory(Path folder) {
    return folder.resolve("render");
  }

  /** Starts it anew after it was killed or stopped, to publish to the host of these endpoints. */
  void start(Endpoints endpoints) throws IOException {
    process =
        Daemon.start(
            new JavaProgram(
                NAME,
                System.getProperty("java.class.path"),
                RenderMain.class.getName(),
                List.of("@" + ProjectHome.folder().resolve("flink-conf").resolve("jvm.options")),
                List.of(
                    "--kafka",
                    "--profile=" + profile.label(),
                    "--parallelism=" + parallelism,
                    "--admin-port=0",
                    "--dir=" + directory(folder),
                    "--checkpoint-dir=" + folder.resolve("render-checkpoints")),
                endpoints.toEnvironment(ProgramRole.RENDER)),
            folder);
  }

  /**
   * Does nothing while it runs.
   *
   * @throws IOException with its last lines when it has ended by itself
   */
  void requireAlive() throws IOException {
    if (!process.isAlive()) {
      throw new IOException("the render job has ended; " + process.lastWords());
    }
  }

  /** Ends it as a crash would, with renders under way. */
  void kill() throws IOException {
    process.kill();
  }

  @Override
  public void close() throws IOException {
    process.stop();
  }
}
