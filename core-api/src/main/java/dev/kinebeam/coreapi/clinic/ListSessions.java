package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.input.TimeCursor;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Inputs;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.time.Clock;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code GET /v1/media/sessions?from=&to=&…&limit=&cursor=}: those of the patients whom the caller
 * reaches that {@link SessionFilter} chooses, the newest first; {@code next} is the cursor of the
 * following page where there is one. A list of one patient's sessions is an entry of the audit log.
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
    Set<String> all = new HashSet<>(SessionFilter.PARAMETERS);
    all.addAll(Set.of("limit", "cursor"));
    return all;
  }

  /** {@code GET /v1/patients/{id}/sessions}: those of one patient, by the same filters. */
  public Route.Handler ofPatient() {
    return new OfPatient(this);
  }

  private record OfPatient(ListSessions sessions) implements Route.Handler {
    @Override
    public Set<String> parameters() {
      Set<String> all = new HashSet<>(sessions.parameters());
      all.remove("patient_id");
      return all;
    }

    @Override
    public Reply handle(Call call, Principal caller) throws Problem {
      UUID patient = call.pathId("id");
      sessions.query.requireReached(caller, patient);
      return sessions.page(call, caller, Optional.of(patient));
    }
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    return page(call, caller, Optional.empty());
  }

  private Reply page(Call call, Principal caller, Optional<UUID> patient) throws Problem {
    Inputs inputs = new Inputs(call);
    int limit = inputs.number("limit", 1, MOST).orElse(DEFAULT_LIMIT);
    SessionFilter filter =
        SessionFilter.read(inputs, clock)
            .ofPatient(patient)
            .continuedAfter(inputs.read("cursor", TimeCursor.FORM, TimeCursor::decode));
    inputs.check();
    List<SessionSummary> found = query.run(caller, filter, limit + 1);
    boolean more = found.size() > limit;
    List<SessionSummary> page = more ? found.subList(0, limit) : found;
    return Reply.json(200, new Page(page, more ? after(page.get(limit - 1)).encode() : null));
  }

  /** Where the page ended. */
  static TimeCursor after(SessionSummary last) {
    return new TimeCursor(Instant.parse(last.course().startedAt()), last.identity().sessionId());
  }
}
