package dev.kinebeam.trials.bench.order;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.process.Daemon;
import dev.kinebeam.programs.process.JavaProgram;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.programs.process.ProjectHome;
import dev.kinebeam.render.RenderMain;
import dev.kinebeam.trials.accounting.DemoDatabase;
import dev.kinebeam.trials.bench.compose.BenchSize;
import dev.kinebeam.trials.servers.OwnHostProcess;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What an order passes, as processes: gateway, worker, render job, our own video host, and the
 * services. All but the mezzanines is new.
 */
final class OrderStack implements AutoCloseable {
  private final Deque<Closeable> open = new ArrayDeque<>();
  private Endpoints endpoints;
  private ServerProcess gateway;
  private OwnHostProcess host;
  private Daemon job;

  private OrderStack() {}

  /**
   * Starts everything.
   *
   * @param folder of this run
   * @param renders the render job's, which keeps mezzanines from one run to the next
   * @param pages the origin whose pages may order and play
   */
  static OrderStack start(Path folder, Path renders, BenchSize size, String pages)
      throws IOException, SQLException {
    OrderStack stack = new OrderStack();
    try {
      stack.startAll(folder, renders, size, pages);
      return stack;
    } catch (IOException | SQLException | RuntimeException e) {
      stack.close();
      throw e;
    }
  }

  private void startAll(Path folder, Path renders, BenchSize size, String pages)
      throws IOException, SQLException {
    LocalStack services =
        LocalStack.start(StackSettings.keeping(folder).withPorts(PortChoice.FREE));
    open.push(services::close);
    enter(services.endpoints().database());
    host = OwnHostProcess.start(services.endpoints(), folder, renders, 0, pages);
    open.push(host);
    endpoints = services.endpoints().with(host.access());
    gateway = ServerProcess.gateway(endpoints, folder, 0, "--cors-origin=" + pages);
    open.push(gateway);
    open.push(ServerProcess.worker(endpoints, folder, "--development"));
    job = Daemon.start(render(folder, renders, size), folder);
    open.push(job::stop);
  }

  private static void enter(Endpoints.Database database) throws SQLException {
    new DemoDatabase(database).fill(List.of());
    try (Database catalogue =
        Database.open(
            new DatabaseSettings(
                database.url(), database.admin().user(), database.admin().password()))) {
      new Exercises(catalogue).addRepsBased(GrainedExercise.SLUG, GrainedExercise.SLUG);
    }
  }

  private JavaProgram render(Path folder, Path renders, BenchSize size) throws IOException {
    Path options = ProjectHome.folder().resolve("flink-conf");
    return new JavaProgram(
        "render",
        System.getProperty("java.class.path"),
        RenderMain.class.getName(),
        List.of("@" + options.resolve("jvm.options")),
        List.of(
            "--kafka",
            "--profile=" + size.profile().label(),
            "--dir=" + renders,
            "--checkpoint-dir=" + folder.resolve("checkpoints"),
            "--admin-port=0"),
        endpoints.toEnvironment(ProgramRole.RENDER));
  }

  Endpoints endpoints() {
    return endpoints;
  }

  ServerProcess gateway() {
    return gateway;
  }

  OwnHostProcess host() {
    return host;
  }

  /** The render job. */
  Daemon job() {
    return job;
  }

  /** The bucket of the filming primitives. */
  ObjectStore assets() {
    return ObjectStore.open(
        ObjectStoreSettings.fromEnvironment(endpoints.toEnvironment(ProgramRole.RENDER)));
  }

  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!open.isEmpty()) {
      try {
        open.pop().close();
      } catch (IOException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
