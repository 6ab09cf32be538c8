package dev.kinebeam.trials.bench.catalogue;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.program.config.StrictUuid;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.web.auth.AuthConfig;
import dev.kinebeam.web.auth.BearerAuthenticator;
import dev.kinebeam.web.auth.Role;
import dev.kinebeam.web.auth.Secret;
import dev.kinebeam.web.http.ApiServer;
import dev.kinebeam.web.http.BodyBudget;
import dev.kinebeam.web.http.Cors;
import dev.kinebeam.web.http.HttpLimits;
import dev.kinebeam.web.http.Method;
import dev.kinebeam.web.http.Pages;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import javax.sql.DataSource;

/**
 * The reference of a cache hit: a handler on the Core API's server stack, with its tokens and its
 * pool of connections, that reads one row of the renders by its id and answers four fields.
 */
public final class BareSelectMain {
  private static final int MAX_IN_FLIGHT = 64;
  private static final int MAX_BODIES = 16 << 20;
  private static final String SELECT =
      "SELECT host, host_video_id, duration_seconds FROM exercise_renders"
          + " WHERE render_id = ? AND status = 'ready'";

  private BareSelectMain() {}

  private record Found(UUID renderId, String hostVideoId, String host, double durationSeconds) {}

  /**
   * Serves until the process is ended.
   *
   * @param arguments the file that takes the port when it listens
   */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> environment = System.getenv();
    Database database =
        Database.open(DatabaseSettings.fromEnvironment(environment, "kinebeam_core_api"));
    Route route =
        new Route(
            Method.GET,
            "/v1/bare/{id}",
            Set.of(Role.SERVICE),
            (call, caller) ->
                Reply.json(200, find(database.connections(), StrictUuid.parse(call.path("id")))));
    ApiServer server =
        ApiServer.start(
            new ApiServer.Setup(
                new ApiServer.Address("bare", "127.0.0.1", 0),
                HttpLimits.of(MAX_IN_FLIGHT, Duration.ofSeconds(1)),
                new BodyBudget("bare", MAX_BODIES),
                List.of(route),
                BearerAuthenticator.ofTokens(
                    new AuthConfig(
                        Optional.empty(),
                        Optional.of(new Secret(environment.get("AUTH_HS256_SECRET"))),
                        Optional.empty(),
                        Optional.empty())),
                new Cors(Set.of()),
                Pages.ofInterface("core-api"),
                (method, answered, status, nanos) -> {}));
    Path written = Path.of(arguments[0] + ".new");
    Files.writeString(written, Integer.toString(server.port()));
    Files.move(written, Path.of(arguments[0]));
    new CountDownLatch(1).await();
  }

  private static Found find(DataSource source, UUID id) {
    try (Connection connection = source.getConnection();
        PreparedStatement query = connection.prepareStatement(SELECT)) {
      query.setObject(1, id);
      try (ResultSet row = query.executeQuery()) {
        if (!row.next()) {
          throw new IllegalStateException("there is no render " + id);
        }
        return new Found(id, row.getString(2), row.getString(1), row.getDouble(3));
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
