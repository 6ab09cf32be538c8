package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.time.Clock;
import java.util.Set;

/**
 * {@code GET /v1/clinic/adherence?from=&to=}, or {@code ?week=2026-W48}: how far patients came with
 * what was prescribed to them, so that the figures of video health need not wait for it.
 */
public final class GetAdherence implements Route.Handler {
  private final VideoHealthQuery query;
  private final Clock clock;

  public GetAdherence(Database database, Clock clock) {
    this.query = new VideoHealthQuery(database, clock);
    this.clock = clock;
  }

  @Override
  public Set<String> parameters() {
    return AskedTime.PARAMETERS;
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    AskedTime time = AskedTime.read(call, inputs, clock);
    inputs.check();
    return Reply.json(200, query.adherence(caller.orgId(), time));
  }
}
