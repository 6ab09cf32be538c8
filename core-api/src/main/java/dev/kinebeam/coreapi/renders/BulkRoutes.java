package dev.kinebeam.coreapi.renders;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderBulks;
import dev.kinebeam.catalog.db.RenderBulks.Bulk;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Orders of many renders at once: {@code /v1/admin/renders/bulk}. */
public final class BulkRoutes {
  private static final int MAX_BYTES = 1024 * 1024;
  private static final int MAX_ORDERS = 5_000;

  private final Exercises exercises;
  private final RenderBulks bulks;
  private final Clock clock;

  public BulkRoutes(Database database, Clock clock) {
    this.exercises = new Exercises(database);
    this.bulks = new RenderBulks(database);
    this.clock = clock;
  }

  /** A bulk as it is answered. */
  private record View(
      UUID bulkId,
      String state,
      int total,
      int queued,
      int rendering,
      int ready,
      int failed,
      List<RenderBulks.Failure> failures,
      @Nullable Double etaSeconds,
      String orderedAt,
      @Nullable String cancelledAt,
      @Nullable String finishedAt) {}

  private Reply view(int status, Bulk bulk) {
    String state =
        bulk.cancelledAt().isPresent()
            ? "cancelled"
            : bulk.finishedAt().isPresent() ? "finished" : "running";
    return Reply.json(
        status,
        new View(
            bulk.id(),
            state,
            bulk.total(),
            count(bulk, Render.Status.QUEUED),
            count(bulk, Render.Status.RENDERING),
            count(bulk, Render.Status.READY),
            count(bulk, Render.Status.FAILED),
            bulk.failures(),
            bulk.remaining(clock.instant()).map(left -> left.toMillis() / 1000.0).orElse(null),
            Rfc3339.text(bulk.orderedAt()),
            bulk.cancelledAt().map(Rfc3339::text).orElse(null),
            bulk.finishedAt().map(Rfc3339::text).orElse(null)));
  }

  private static int count(Bulk bulk, Render.Status status) {
    return bulk.counts().getOrDefault(status, 0);
  }

  private Reply answer(int status, Optional<Bulk> bulk) throws Problem {
    return view(status, bulk.orElseThrow(() -> Problem.of(404, "There is no bulk with this id.")));
  }

  /** {@code POST /v1/admin/renders/bulk} with {@code {"orders":[RECIPE, …]}}: all or none. */
  public Route.Handler order() {
    return (call, caller) -> {
      List<ComposeOrder> orders = orders(call);
      UUID id = bulks.order(orders, caller.subject().toString());
      return answer(202, bulks.find(id)).with("Location", "/v1/admin/renders/bulk/" + id);
    };
  }

  private List<ComposeOrder> orders(Call call) throws Problem, IOException {
    JsonNode given = JsonBody.read(call, MAX_BYTES).path("orders");
    if (!given.isArray() || given.isEmpty() || given.size() > MAX_ORDERS) {
      throw Problem.invalid(
          400,
          "This is not a bulk.",
          List.of(
              new FieldError(
                  "orders",
                  "out_of_range",
                  "orders must be a list of 1 to " + MAX_ORDERS + " recipes")));
    }
    Ordering ordering = new Ordering(exercises);
    List<ComposeOrder> orders = new ArrayList<>();
    for (int i = 0; i < given.size(); i++) {
      orders.add(ordering.order(given.get(i), "orders[" + i + "]"));
    }
    return orders;
  }

  /** {@code GET /v1/admin/renders/bulk/{id}}: totals, failures and the time that is left. */
  public Route.Handler get() {
    return (call, caller) -> answer(200, bulks.find(call.pathId("id")));
  }

  /** {@code POST /v1/admin/renders/bulk/{id}/cancel}: what no composer has begun is not made. */
  public Route.Handler cancel() {
    return this::cancelled;
  }

  private Reply cancelled(Call call, Principal caller) throws Problem {
    return answer(200, bulks.cancel(call.pathId("id")));
  }
}
