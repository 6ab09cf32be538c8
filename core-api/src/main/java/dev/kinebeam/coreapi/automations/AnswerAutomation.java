package dev.kinebeam.coreapi.automations;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.input.BodyFields;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.util.Set;
import java.util.UUID;

/**
 * {@code POST /v1/automations/{id}/feedback} with {@code {"useful": true}}: whether the automation
 * was worth the caller's attention. Each person has one answer; another one replaces it. It changes
 * neither the automation's state nor its version.
 */
public final class AnswerAutomation implements Route.Handler {
  private static final String FIELD = "useful";

  private final Database database;

  public AnswerAutomation(Database database) {
    this.database = database;
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem, IOException {
    UUID id = call.pathId("id");
    BodyFields fields = BodyFields.of(call, Set.of(FIELD));
    fields.require(FIELD);
    boolean useful = fields.flag(FIELD).orElse(false);
    fields.check("The answer cannot be read.");
    Automation now =
        database.inOrg(
            caller.orgId(),
            handle ->
                Automations.answer(handle, caller, id, useful).orElseThrow(GetAutomation::absent));
    return Reply.json(200, now).with("ETag", now.tag());
  }
}
