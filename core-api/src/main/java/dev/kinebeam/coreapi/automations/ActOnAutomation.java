package dev.kinebeam.coreapi.automations;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.input.IfMatch;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Rfc3339;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/automations/{id}/acknowledge}, {@code …/snooze} with {@code {"minutes": n}} or
 * {@code {"until_day": "2026-12-01"}}, {@code …/resolve} and {@code …/reopen}: the answer is the
 * automation as it is then, with its ETag. Doing again what is done changes nothing. With {@code
 * If-Match} nothing is done to another version than the one that the caller has seen (412). A
 * resolved one can neither be acknowledged nor snoozed, and one whose condition has ended cannot be
 * reopened (409). What is snoozed opens again by itself; what a person resolves stays resolved
 * until a person reopens it, and its condition opens nothing until it has ended and begun anew.
 */
public final class ActOnAutomation implements Route.Handler {
  private final Database database;
  private final Automations.Action action;
  private final Clock clock;

  private ActOnAutomation(Database database, Automations.Action action, Clock clock) {
    this.database = database;
    this.action = action;
    this.clock = clock;
  }

  public static ActOnAutomation acknowledge(Database database, Clock clock) {
    return new ActOnAutomation(database, Automations.Action.ACKNOWLEDGE, clock);
  }

  public static ActOnAutomation snooze(Database database, Clock clock) {
    return new ActOnAutomation(database, Automations.Action.SNOOZE, clock);
  }

  public static ActOnAutomation resolve(Database database, Clock clock) {
    return new ActOnAutomation(database, Automations.Action.RESOLVE, clock);
  }

  public static ActOnAutomation reopen(Database database, Clock clock) {
    return new ActOnAutomation(database, Automations.Action.REOPEN, clock);
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem, IOException {
    UUID id = call.pathId("id");
    Optional<Snooze> snooze =
        action == Automations.Action.SNOOZE ? Optional.of(Snooze.read(call)) : Optional.empty();
    Automation now =
        database.inOrg(caller.orgId(), handle -> act(handle, call, caller, id, snooze));
    return Reply.json(200, now).with("ETag", now.tag());
  }

  private Automation act(
      Handle handle, Call call, Principal caller, UUID id, Optional<Snooze> snooze) throws Problem {
    Automation before = Automations.find(handle, caller, id).orElseThrow(GetAutomation::absent);
    if (!IfMatch.passes(call, before.tag())) {
      throw overtaken(before);
    }
    Instant until = snooze.isPresent() ? snooze.get().until(handle, clock.instant()) : null;
    Automations.Outcome outcome =
        Automations.act(handle, caller, id, request(call, before, until))
            .orElseThrow(GetAutomation::absent);
    Automation now = outcome.automation();
    if (!outcome.applied() && !IfMatch.passes(call, now.tag())) {
      throw overtaken(now);
    }
    if (!outcome.applied() && !isDone(now)) {
      throw conflict(now);
    }
    return now;
  }

  private Automations.Request request(Call call, Automation before, @Nullable Instant until) {
    return new Automations.Request(action, until, IfMatch.isSent(call) ? before.version() : null);
  }

  /** Whether it is as the action would have it. */
  private boolean isDone(Automation now) {
    return switch (action) {
      case ACKNOWLEDGE -> now.state() == AutomationState.ACKNOWLEDGED;
      case SNOOZE -> now.state() == AutomationState.SNOOZED;
      case RESOLVE -> now.state() == AutomationState.RESOLVED;
      case REOPEN -> now.state() == AutomationState.OPEN;
    };
  }

  private Problem conflict(Automation now) {
    String since =
        now.resolution().clearedAt() == null
            ? "state is resolved since " + now.resolution().resolvedAt()
            : "its condition ended at " + now.resolution().clearedAt();
    String remedy =
        action == Automations.Action.REOPEN
            ? "; when it begins again, another automation is opened"
            : "; only open, acknowledged and snoozed ones can be changed";
    return Problem.invalid(
        409,
        "The automation is resolved.",
        List.of(new FieldError("state", "conflict", since + remedy)));
  }

  private static Problem overtaken(Automation now) {
    Automation.Actor actor = now.actedBy();
    String who = actor == null || actor.name() == null ? "" : " by " + actor.name();
    return Problem.invalid(
        412,
        "It was changed meanwhile.",
        List.of(
            new FieldError(
                "state",
                "changed_meanwhile",
                "state is "
                    + now.state().word()
                    + " since "
                    + Rfc3339.text(Instant.parse(now.times().updatedAt()))
                    + who
                    + "; look at it again before you act")));
  }
}
