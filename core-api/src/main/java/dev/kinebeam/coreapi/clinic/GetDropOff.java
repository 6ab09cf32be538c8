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
import java.util.regex.Pattern;

/** {@code GET /v1/clinic/exercises/{slug}/drop-off?from=&to=}: where patients stop. */
public final class GetDropOff implements Route.Handler {
  static final Pattern SLUG = Pattern.compile("[a-z0-9]+(-[a-z0-9]+)*");

  private final DropOffQuery query;
  private final Clock clock;

  public GetDropOff(Database database, Clock clock) {
    this.query = new DropOffQuery(database);
    this.clock = clock;
  }

  @Override
  public Set<String> parameters() {
    return Set.of("from", "to");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    Window window = Window.read(inputs, clock);
    inputs.check();
    return Optional.of(call.path("slug"))
        .filter(slug -> SLUG.matcher(slug).matches())
        .flatMap(slug -> query.run(caller.orgId(), slug, window))
        .map(answer -> Reply.json(200, answer))
        .orElseThrow(() -> Problem.of(404, "There is no exercise of this name."));
  }
}
