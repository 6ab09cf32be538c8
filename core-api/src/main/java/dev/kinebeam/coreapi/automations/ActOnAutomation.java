package dev.kinebeam.coreapi.automations;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.input.JsonBody;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * {@code POST /v1/automations/{id}/acknowledge}, {@code …/snooze} with {@code {"minutes": n}}, and
 * {@code …/resolve}: the answer is the automation as it is then. Doing again what is done changes
 * nothing; a resolved one can neither be acknowledged nor snoozed (409). What is snoozed opens
 * again by itself; what a person resolves stays resolved, and its condition opens nothing until it
 * has ended and begun anew.
 */
public final class ActOnAutomation implements Route.Handler {
  private static final int MAX_MINUTES = 7 * 24 * 60;

  private final Automations automations;
  private final Automations.Action action;

  private ActOnAutomation(Database database, Automations.Action action) {
    this.automations = new Automations(database);
    this.action = action;
  }

  public static ActOnAutomation acknowledge(Database database) {
    return new ActOnAutomation(database, Automations.Action.ACKNOWLEDGE);
  }

  public static ActOnAutomation snooze(Database database) {
    return new ActOnAutomation(database, Automations.Action.SNOOZE);
  }

  public static ActOnAutomation resolve(Database database) {
    return new ActOnAutomation(database, Automations.Action.RESOLVE);
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem, IOException {
    Duration snooze =
        action == Automations.Action.SNOOZE ? minutes(JsonBody.read(call)) : Duration.ZERO;
    Automations.Outcome outcome =
        automations
            .act(caller, call.pathId("id"), action, snooze)
            .orElseThrow(() -> Problem.of(404, "There is no automation with this id."));
    boolean resolved = outcome.automation().state() == AutomationState.RESOLVED;
    if (!outcome.applied() && resolved && action != Automations.Action.RESOLVE) {
      throw Problem.invalid(
          409,
          "The automation is resolved.",
          List.of(
              new FieldError(
                  "state",
                  "conflict",
                  "state is resolved since "
                      + outcome.automation().resolution().resolvedAt()
                      + "; only open, acknowledged and snoozed ones can be changed")));
    }
    return Reply.json(200, outcome.automation());
  }

  private static Duration minutes(JsonNode body) throws Problem {
    JsonNode minutes = body.path("minutes");
    if (!minutes.isIntegralNumber()
        || !minutes.canConvertToInt()
        || minutes.intValue() < 1
        || minutes.intValue() > MAX_MINUTES) {
      throw Problem.invalid(
          400,
          "The automation cannot be snoozed for this long.",
          List.of(
              new FieldError(
                  "minutes",
                  minutes.isMissingNode() ? "missing" : "out_of_range",
                  "minutes is "
                      + JsonBody.shown(minutes)
                      + "; it must be a whole number from 1 to "
                      + MAX_MINUTES)));
    }
    return Duration.ofMinutes(minutes.intValue());
  }
}
