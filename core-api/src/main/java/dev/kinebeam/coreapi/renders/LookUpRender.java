package dev.kinebeam.coreapi.renders;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.RenderKey;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/exercises/{slug}/renders/lookup?language=&sets=left:10,right:10}: the hosted video
 * of a recipe at the exercise's present asset version; 404 {@code render_not_ready} with the
 * render's id while there is none. It orders nothing.
 */
public final class LookUpRender implements Route.Handler {
  private final ExerciseRenders renders;

  public LookUpRender(Database database) {
    this.renders = new ExerciseRenders(database);
  }

  private record Found(
      UUID renderId, String bunnyVideoId, @Nullable String host, double durationSeconds) {}

  @Override
  public Set<String> parameters() {
    return Set.of("language", "sets");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    Optional<String> language = inputs.text("language");
    Optional<List<SetSpec>> sets =
        inputs.read("sets", "SIDE:REPS, separated by commas, as left:10,right:10", this::sets);
    require(inputs, call, "language");
    require(inputs, call, "sets");
    inputs.check();
    Recipe recipe =
        new Recipe(call.path("slug"), language.orElseThrow(), sets.orElseThrow(), null, false);
    ExerciseRenders.Cached cached =
        renders
            .lookUp(recipe, caller.organisation())
            .orElseThrow(() -> Problem.of(404, "There is no exercise of this name."));
    Render render =
        cached
            .ready()
            .orElseThrow(() -> notReady(RenderKey.of(recipe, cached.assetVersion()).renderId()));
    Render.Outcome outcome = render.outcome().orElseThrow();
    return Reply.json(
        200,
        new Found(
            render.renderId(), outcome.hostVideoId(), outcome.host(), outcome.durationSeconds()));
  }

  private static void require(Inputs inputs, Call call, String name) {
    if (call.query(name).isEmpty()) {
      inputs.reject(name, "required", name + " is missing; give it, as the route says");
    }
  }

  private List<SetSpec> sets(String text) {
    List<SetSpec> sets = new ArrayList<>();
    for (String set : text.split(",", -1)) {
      String[] parts = set.split(":", -1);
      if (parts.length != 2 || parts[0].isBlank()) {
        throw new IllegalArgumentException("a set is SIDE:REPS");
      }
      sets.add(new SetSpec(parts[0], Integer.parseInt(parts[1])));
    }
    return sets;
  }

  private static Problem notReady(UUID renderId) {
    return Problem.invalid(
            404,
            "This render is not ready.",
            List.of(
                new FieldError("", "render_not_ready", "order it, and ask again when it is ready")))
        .withMembers(Map.of("render_id", renderId));
  }
}
