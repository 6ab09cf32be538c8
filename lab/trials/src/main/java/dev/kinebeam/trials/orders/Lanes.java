package dev.kinebeam.trials.orders;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.HostFaults;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.trials.bulk.HostAccount;
import dev.kinebeam.trials.servers.ApiCaller;
import dev.kinebeam.trials.servers.Await;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * A host of files that takes 5 s for each video, and a large bulk on it: an order that a person
 * waits for, given in the middle, is ready before the 20th order of the bulk after it. Then the
 * rest of the bulk is cancelled.
 */
final class Lanes implements OrderFault.Strike {
  private static final int VIDEO_TAKES_MS = 5_000;

  /** So many orders of the bulk are ready when the other order is given. */
  private static final int MIDDLE = 12;

  private static final int MOST_BEFORE = 20;
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(20);
  private static final Duration MIDDLE_WITHIN = Duration.ofMinutes(3);
  private static final Duration ENDED_WITHIN = Duration.ofMinutes(2);

  @Override
  public void prepare(Stage stage) throws Exception {
    Endpoints files = stage.environment().stack().endpoints();
    stage.environment().job().close();
    stage.environment().job().start(files);
    new HostFaults(files.videoHost()).order(Map.of("processingDelayMs", VIDEO_TAKES_MS));
  }

  @Override
  public void run(Stage stage) throws Exception {
    ApiCaller operator = stage.environment().operator();
    String exercise = stage.environment().ordered();
    List<Recipe> recipes =
        IntStream.range(0, stage.size().bulk())
            .mapToObj(i -> Orders.shortRecipe(exercise))
            .toList();
    String bulk =
        "/v1/admin/renders/bulk/"
            + json(operator.post(
                    "/v1/admin/renders/bulk",
                    Map.of("orders", recipes.stream().map(Recipe::toJson).toList()),
                    Map.of(),
                    ANSWER_WITHIN))
                .path("bulk_id")
                .textValue();
    stage.renders().addAll(bulkRenders(stage));
    stage.expect(
        stage.renders().size() == stage.size().bulk(), "the bulk has other orders than were given");
    Await.until(
        MIDDLE + " orders of the bulk are ready",
        MIDDLE_WITHIN,
        () -> json(operator.get(bulk, ANSWER_WITHIN)).path("ready").asInt() >= MIDDLE);
    UUID waitedFor = stage.ready(Orders.shortRecipe(exercise));
    long before = readyBefore(stage, waitedFor);
    stage
        .progress()
        .accept(before + " orders of the bulk were ready between the order and its video");
    stage.expect(before < MOST_BEFORE, before + " orders of the bulk were ready before the other");
    cancel(stage, operator, bulk);
  }

  private static void cancel(Stage stage, ApiCaller operator, String bulk) throws Exception {
    JsonNode cancelled = json(operator.post(bulk + "/cancel", Map.of(), Map.of(), ANSWER_WITHIN));
    stage.expect(
        cancelled.path("state").asText().equals("cancelled"),
        "a bulk that was cancelled is " + cancelled.path("state"));
    Await.until(
        "a cancelled bulk ends",
        ENDED_WITHIN,
        () -> {
          JsonNode now = json(operator.get(bulk, ANSWER_WITHIN));
          return now.path("queued").asInt(-1) == 0 && now.path("rendering").asInt(-1) == 0;
        });
    JsonNode ended = json(operator.get(bulk, ANSWER_WITHIN));
    stage.progress().accept("cancelled with %s ready".formatted(ended.path("ready")));
    stage.expect(
        ended.path("failed").asInt() > 0, "nothing was cancelled: the bulk was ready before it");
  }

  /** Leaves the host as it was. */
  @Override
  public void check(Stage stage, List<UUID> before, List<UUID> all) throws Exception {
    Endpoints files = stage.environment().stack().endpoints();
    try (Connection database = stage.environment().owner().getConnection()) {
      HostAccount host = HostAccount.of(files.videoHost(), database);
      stage.expect(
          host.orphans() + host.doubles() + host.unsettled() == 0, "the host of files has " + host);
    }
    new HostFaults(files.videoHost()).order(Map.of());
    stage.environment().job().close();
    stage.environment().job().start(stage.environment().endpoints());
  }

  private static JsonNode json(HttpResponse<String> answer) throws IOException {
    if (answer.statusCode() >= 300) {
      throw new IOException("the Core API answered " + answer.statusCode() + ": " + answer.body());
    }
    return Json.MAPPER.readTree(answer.body());
  }

  private static List<UUID> bulkRenders(Stage stage) throws SQLException {
    try (Connection database = stage.environment().owner().getConnection();
        PreparedStatement query =
            database.prepareStatement(
                "SELECT array_agg(render_id) FROM exercise_renders WHERE lane = 'bulk'");
        ResultSet rows = query.executeQuery()) {
      rows.next();
      return List.of((UUID[]) rows.getArray(1).getArray());
    }
  }

  private static long readyBefore(Stage stage, UUID render) throws SQLException {
    try (Connection database = stage.environment().owner().getConnection();
        PreparedStatement query =
            database.prepareStatement(
                """
                SELECT count(*)
                  FROM exercise_renders AS other, exercise_renders AS this
                 WHERE this.render_id = ? AND other.lane = 'bulk' AND other.status = 'ready'
                   AND other.finished_at BETWEEN this.queued_at AND this.finished_at
                """)) {
      query.setObject(1, render);
      try (ResultSet rows = query.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }
}
