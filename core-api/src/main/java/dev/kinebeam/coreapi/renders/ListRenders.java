package dev.kinebeam.coreapi.renders;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/admin/renders?exercise=&status=&limit=&cursor=}: the render cache, by ids; {@code
 * next} is the cursor of the following page where there is one.
 */
public record ListRenders(ExerciseRenders renders) implements Route.Handler {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST = 200;

  public ListRenders(Database database) {
    this(new ExerciseRenders(database));
  }

  private record Page(List<RenderRow> renders, @Nullable UUID next) {}

  @Override
  public Set<String> parameters() {
    return Set.of("exercise", "status", "limit", "cursor");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    Optional<String> exercise = inputs.text("exercise");
    Optional<Render.Status> status =
        inputs.read(
            "status",
            "queued, rendering, ready or failed",
            word -> Words.read(Render.Status.class, word));
    int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
    Optional<UUID> cursor = inputs.id("cursor");
    inputs.check();
    List<Render> found = renders.list(exercise, status, cursor, limit + 1);
    boolean more = found.size() > limit;
    List<Render> page = more ? found.subList(0, limit) : found;
    return Reply.json(
        200,
        new Page(
            page.stream().map(RenderRow::of).toList(),
            more ? page.get(limit - 1).renderId() : null));
  }
}
