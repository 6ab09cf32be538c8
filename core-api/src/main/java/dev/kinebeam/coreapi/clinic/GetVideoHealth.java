package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.time.Clock;
import java.util.Optional;
import java.util.Set;

/** {@code GET /v1/clinic/video-health?from=&to=&by=}: the caller's own organisation. */
public final class GetVideoHealth implements Route.Handler {
  private final VideoHealthQuery query;
  private final Clock clock;

  public GetVideoHealth(Database database, Clock clock) {
    this.query = new VideoHealthQuery(database);
    this.clock = clock;
  }

  @Override
  public Set<String> parameters() {
    return Set.of("from", "to", "by");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    Window window = Window.read(inputs, clock);
    Optional<Dimension> by = inputs.read("by", "one of " + Dimension.words(), Dimension::of);
    inputs.check();
    return Reply.json(200, query.run(caller.orgId(), window, by));
  }
}
