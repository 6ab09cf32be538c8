package dev.kinebeam.coreapi.renders;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderLane;
import dev.kinebeam.catalog.db.RenderOrders;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * {@code POST /v1/admin/exercises/{slug}/renders}: makes sure that a render exists. 200 when it is
 * ready, else 202; a failed one is ordered again.
 */
public final class OrderRender implements Route.Handler {
  private final Exercises exercises;
  private final ExerciseRenders renders;
  private final RenderOrders orders;

  public OrderRender(Database database) {
    this.exercises = new Exercises(database);
    this.renders = new ExerciseRenders(database);
    this.orders = new RenderOrders(database);
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem, IOException {
    JsonNode body = JsonBody.read(call);
    String slug = call.path("slug");
    JsonNode named = body.path("exercise");
    if (!named.isMissingNode() && !named.asText().equals(slug)) {
      throw Problem.invalid(
          400,
          "The body is about another exercise.",
          List.of(
              new FieldError(
                  "exercise",
                  "contradiction",
                  "exercise is %s; it must be that of the path, or be left out"
                      .formatted(JsonBody.shown(named)))));
    }
    ((ObjectNode) body).put("exercise", slug);
    Recipe recipe = Ordering.recipe(body, "");
    Optional<Render> ready =
        renders.lookUp(recipe, caller.organisation()).flatMap(ExerciseRenders.Cached::ready);
    if (ready.isPresent()) {
      return Reply.json(200, RenderRow.of(ready.get()));
    }
    ComposeOrder order = new Ordering(exercises).order(recipe, "");
    Render render = orders.request(order, RenderLane.INTERACTIVE, caller.organisation());
    return Reply.json(render.status() == Render.Status.READY ? 200 : 202, RenderRow.of(render));
  }
}
