package dev.kinebeam.gateway.render;

import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderQueue;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.time.Clock;

/**
 * {@code GET /v1/renders/{id}}: how far a render is, its place in the queue and when it will be
 * ready, and where it plays.
 */
public record GetRender(
    ExerciseRenders renders, RenderQueue queue, PlaybackAddress playback, Clock clock)
    implements Route.Handler {
  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Render render =
        renders
            .find(call.pathId("id"), caller.organisation())
            .orElseThrow(() -> Problem.of(404, "There is no render with this id."));
    RenderView view = RenderView.of(render, playback);
    return Reply.json(
        200,
        RenderWait.isOver(render)
            ? view
            : view.at(render, queue.place(render.renderId()), clock.instant()));
  }
}
