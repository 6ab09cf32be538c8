package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/media/sessions?patient_id=&media_id=&from=&to=&limit=&cursor=}: the caller's own
 * organisation, the newest first; {@code next} is the cursor of the following page where there is
 * one.
 */
public final class ListSessions implements Route.Handler {
  private static final int DEFAULT_LIMIT = 50;
  private static final int MOST = 200;

  private final SessionsQuery query;
  private final Clock clock;

  public ListSessions(Database database, Clock clock) {
    this.query = new SessionsQuery(database);
    this.clock = clock;
  }

  private record Page(List<SessionSummary> sessions, @Nullable String next) {}

  @Override
  public Set<String> parameters() {
    return Set.of("patient_id", "media_id", "from", "to", "limit", "cursor");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
    SessionsQuery.Filter filter =
        new SessionsQuery.Filter(
            Window.read(inputs, clock),
            inputs.id("patient_id"),
            inputs.text("media_id"),
            inputs.read("cursor", "a cursor of an earlier page", SessionCursor::decode),
            limit + 1);
    inputs.check();
    List<SessionSummary> found = query.run(caller.orgId(), filter);
    boolean more = found.size() > limit;
    List<SessionSummary> page = more ? found.subList(0, limit) : found;
    Optional<SessionCursor> next =
        more ? Optional.of(SessionCursor.after(page.get(limit - 1))) : Optional.empty();
    return Reply.json(200, new Page(page, next.map(SessionCursor::encode).orElse(null)));
  }
}
