package dev.kinebeam.trials.demo;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.Endpoints.VideoHostAccess;
import dev.kinebeam.localstack.services.HostFaults;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.render.RenderMain;
import dev.kinebeam.render.imports.ImportMain;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.trials.bulk.HostAccount;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import javax.sql.DataSource;
import picocli.CommandLine;

/**
 * The demo's stand-in for Bunny Stream: it gets one import and one bulk, is hostile meanwhile where
 * that is asked for, and is accounted for.
 */
final class DemoVideoHost {
  /** What a render survives; a video that is never finished would make it fail. */
  private static final Map<String, Integer> FAULTS =
      Map.of("flood", 1, "malformed", 3, "loseUploads", 1);

  private final VideoHostAccess access;
  private final DataSource database;
  private final boolean hostile;
  private final HostAccount before;
  private int imported = -1;
  private int rendered = -1;

  private DemoVideoHost(
      VideoHostAccess access, DataSource database, boolean hostile, HostAccount before) {
    this.access = access;
    this.database = database;
    this.hostile = hostile;
    this.before = before;
  }

  /** Counts what the host holds before the run. */
  static DemoVideoHost of(VideoHostAccess access, DataSource database, boolean hostile)
      throws IOException, SQLException, InterruptedException {
    return new DemoVideoHost(access, database, hostile, account(access, database));
  }

  /** Misbehaves from now on, if it is to; returns a line for the console. */
  String begin() throws IOException, InterruptedException {
    if (!hostile) {
      return "the stand-in for Bunny Stream is well";
    }
    new HostFaults(access).order(FAULTS);
    return "the stand-in for Bunny Stream floods, answers nonsense and loses an upload from now on";
  }

  /**
   * Sends it a whole video and two renders, as files; what is there already stays.
   *
   * @param video a file
   */
  void fill(Endpoints services, DemoSettings settings, Path video) throws IOException {
    Map<String, String> environment = new HashMap<>(services.toEnvironment(ProgramRole.RENDER));
    environment.put("VIDEO_HOST", "bunny");
    Path folder = Files.createDirectories(settings.dataDir().resolve("bunny"));
    Path work = settings.dataDir().resolve("render");
    Path table = folder.resolve("legacy.csv");
    Files.write(
        table, List.of("exercise,language,file", "legacy-demo,ro," + video.toAbsolutePath()));
    imported = run(new ImportMain(environment), table.toString(), "--dir=" + work);
    Path orders = folder.resolve("orders.ndjson");
    Files.write(orders, List.of(order("left"), order("right")));
    rendered =
        run(
            new RenderMain(environment),
            "--orders=" + orders,
            "--dir=" + work,
            "--profile=" + settings.profile().label(),
            "--admin-port=0");
  }

  private static String order(String side) {
    Recipe recipe =
        new Recipe(
            SampleExercise.SLUG,
            SampleExercise.LANGUAGE,
            List.of(new SetSpec(side, 5)),
            null,
            false);
    return recipe.toJson().toString();
  }

  private static int run(Callable<Integer> command, String... arguments) throws IOException {
    StringWriter output = new StringWriter();
    int exit =
        new CommandLine(command)
            .setOut(new PrintWriter(output))
            .setErr(new PrintWriter(output))
            .execute(arguments);
    if (exit != 0) {
      throw new IOException(
          command.getClass().getSimpleName() + " ended with " + exit + ": " + output);
    }
    return exit;
  }

  DemoReport.Host report() throws IOException, SQLException, InterruptedException {
    return new DemoReport.Host(
        hostile, imported == 0 && rendered == 0, before, account(access, database));
  }

  private static HostAccount account(VideoHostAccess access, DataSource database)
      throws IOException, SQLException, InterruptedException {
    try (Connection connection = database.getConnection()) {
      return HostAccount.of(access, connection);
    }
  }
}
