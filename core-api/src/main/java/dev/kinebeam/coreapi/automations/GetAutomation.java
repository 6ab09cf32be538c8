package dev.kinebeam.coreapi.automations;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.time.Clock;
import java.util.UUID;

/**
 * {@code GET /v1/automations/{id}}: an automation with what is behind its evidence. The figures
 * behind it are those of the rows as they are now; the evidence is what the rule saw.
 */
public final class GetAutomation implements Route.Handler {
  private final Database database;
  private final Clock clock;

  public GetAutomation(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  private record Detail(@JsonUnwrapped Automation automation, EvidenceRows.Behind behind) {}

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    UUID id = call.pathId("id");
    Detail detail =
        database.inOrg(
            caller.orgId(),
            handle -> {
              Automation automation =
                  Automations.find(handle, caller, id).orElseThrow(GetAutomation::absent);
              return new Detail(automation, EvidenceRows.read(handle, automation, clock.instant()));
            });
    return Reply.json(200, detail).with("ETag", detail.automation.tag());
  }

  static Problem absent() {
    return Problem.of(404, "There is no automation with this id.");
  }
}
