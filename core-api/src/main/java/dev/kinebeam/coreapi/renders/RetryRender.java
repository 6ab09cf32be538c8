package dev.kinebeam.coreapi.renders;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderOrders;
import dev.kinebeam.schemas.render.RenderKey;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;

/**
 * {@code POST /v1/admin/renders/{id}/retry}: orders a failed render again (202); one that is ready
 * (200) or under way (202) stays as it is.
 */
public record RetryRender(RenderOrders orders) implements Route.Handler {
  public RetryRender(Database database) {
    this(new RenderOrders(database));
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Render render =
        orders
            .retry(call.pathId("id"))
            .orElseThrow(() -> Problem.of(404, "There is no render with this id."));
    return switch (render.status()) {
      case READY -> Reply.json(200, RenderRow.of(render));
      case QUEUED, RENDERING -> Reply.json(202, RenderRow.of(render));
      case FAILED ->
          throw Problem.of(
              409,
              render.key().recipeHash().equals(RenderKey.IMPORTED)
                  ? "This render is an imported video; import it again instead."
                  : "This render is of an earlier asset version; order the present one instead.");
    };
  }
}
