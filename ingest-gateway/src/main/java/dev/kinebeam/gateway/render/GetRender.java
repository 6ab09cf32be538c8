package dev.kinebeam.gateway.render;

import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;

/** {@code GET /v1/renders/{id}}: how far a render is, and where it plays. */
public record GetRender(ExerciseRenders renders, PlaybackAddress playback)
    implements Route.Handler {
  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    return renders
        .find(call.pathId("id"))
        .map(render -> Reply.json(200, RenderView.of(render, playback)))
        .orElseThrow(() -> Problem.of(404, "There is no render with this id."));
  }
}
