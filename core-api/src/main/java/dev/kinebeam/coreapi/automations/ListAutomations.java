package dev.kinebeam.coreapi.automations;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.input.TimeCursor;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/automations?state=&limit=&cursor=}: the caller's own organisation, the newest
 * first; {@code next} is the cursor of the following page where there is one.
 */
public final class ListAutomations implements Route.Handler {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST = 200;

  private final Automations automations;

  public ListAutomations(Database database) {
    this.automations = new Automations(database);
  }

  private record Page(List<Automation> automations, @Nullable String next) {}

  @Override
  public Set<String> parameters() {
    return Set.of("state", "limit", "cursor");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
    Optional<AutomationState> state =
        inputs.read("state", "open, acknowledged, snoozed or resolved", AutomationState::of);
    Optional<TimeCursor> cursor = inputs.read("cursor", TimeCursor.FORM, TimeCursor::decode);
    inputs.check();
    List<Automation> found = automations.page(caller, state, cursor, limit + 1);
    boolean more = found.size() > limit;
    List<Automation> page = more ? found.subList(0, limit) : found;
    return Reply.json(200, new Page(page, more ? after(page.get(limit - 1)).encode() : null));
  }

  private static TimeCursor after(Automation last) {
    return new TimeCursor(Instant.parse(last.times().openedAt()), last.automationId());
  }
}
