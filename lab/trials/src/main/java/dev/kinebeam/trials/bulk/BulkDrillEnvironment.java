package dev.kinebeam.trials.bulk;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.programs.process.PortChoice;
import dev.kinebeam.programs.process.ProgramRole;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A stack of its own, emptied first, on free ports. */
final class BulkDrillEnvironment implements AutoCloseable {
  private final Path folder;
  private final LocalStack stack;

  private BulkDrillEnvironment(Path folder, LocalStack stack) {
    this.folder = folder;
    this.stack = stack;
  }

  static BulkDrillEnvironment open(Path folder, Consumer<String> progress) throws IOException {
    StackSettings settings =
        StackSettings.forTests(folder).withPorts(PortChoice.FREE).withProgress(progress);
    LocalStack.clear(settings);
    return new BulkDrillEnvironment(folder, LocalStack.start(settings));
  }

  Path folder() {
    return folder;
  }

  Endpoints endpoints() {
    return stack.endpoints();
  }

  /** What the render programs are configured by. */
  Map<String, String> environment() {
    return endpoints().toEnvironment(ProgramRole.RENDER);
  }

  ObjectStore bucket() {
    return ObjectStore.open(ObjectStoreSettings.fromEnvironment(environment()));
  }

  long count(String query) throws SQLException {
    Endpoints.Database database = endpoints().database();
    try (Connection connection =
            DriverManager.getConnection(
                database.url(), database.admin().user(), database.admin().password());
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** What the video host holds and the database knows nothing of. */
  HostAccount hostAccount() throws IOException, SQLException, InterruptedException {
    Endpoints.Database database = endpoints().database();
    try (Connection connection =
        DriverManager.getConnection(
            database.url(), database.admin().user(), database.admin().password())) {
      return HostAccount.of(endpoints().videoHost(), connection);
    }
  }

  /** Waits until the server has ended what it was doing for programs that are dead. */
  void awaitNoRenderSessions(Duration timeout)
      throws SQLException, InterruptedException, IOException {
    long deadline = System.nanoTime() + timeout.toNanos();
    String sessions =
        "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + ProgramRole.RENDER.user() + "'";
    while (count(sessions) > 0) {
      if (System.nanoTime() > deadline) {
        throw new IOException("the database keeps sessions of a killed program");
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Override
  public void close() throws IOException {
    stack.close();
  }
}
