package dev.kinebeam.coreapi.clinic;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.streams.ChangeStreams;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.event.SessionStatus;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.ToLongFunction;

/**
 * {@code GET /v1/media/sessions/{id}/live}: server-sent events of one session while it plays. Each
 * has the whole session as its tables show it, the first of them at once; the last, {@code closed},
 * ends the stream. A caller who no longer reaches the patient gets no more of them.
 */
public final class FollowSession implements Route.Handler {
  private final SessionDetailQuery query;
  private final ChangeStreams<Subject> streams;

  public FollowSession(Database database) {
    this.query = new SessionDetailQuery(database);
    this.streams = new ChangeStreams<>("session-streams", new Changes(database, query));
  }

  private record Subject(Principal caller, UUID session) {}

  /**
   * A session is numbered by itself: its row has seen more events with each change, and a timeout
   * closes it without one.
   */
  private record Changes(Database database, SessionDetailQuery query)
      implements ChangeStreams.Source<Subject> {
    private static final String NUMBER =
        """
        SELECT 2 * events_seen + CASE WHEN status = 'playing' THEN 0 ELSE 1 END
          FROM media_session_metrics WHERE session_id = :session
         ORDER BY last_event_at DESC LIMIT 1
        """;

    @Override
    public long newest() {
      throw new UnsupportedOperationException("sessions are numbered one by one");
    }

    @Override
    public long beginning(long newest) {
      return 0;
    }

    @Override
    public ToLongFunction<Subject> progress() {
      return subject ->
          database.inOrg(
              subject.caller.orgId(),
              handle ->
                  handle
                      .createQuery(NUMBER)
                      .bind("session", subject.session)
                      .mapTo(Long.class)
                      .findOne()
                      .orElse(0L));
    }

    @Override
    public List<ChangeStreams.Change> after(Subject subject, long last, int most) {
      return query.again(subject.caller, subject.session).map(Changes::change).stream()
          .filter(change -> change.id() > last)
          .toList();
    }

    private static ChangeStreams.Change change(SessionDetailQuery.Found found) {
      SessionStatus status = found.summary().course().status();
      boolean over = status != SessionStatus.PLAYING;
      return new ChangeStreams.Change(
          2 * found.session().eventsSeen() + (over ? 1 : 0),
          over ? "closed" : Words.write(status),
          new String(Json.bytes(GetSession.ofRow(found)), UTF_8),
          over);
    }
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    UUID session = call.pathId("id");
    Optional<SessionDetailQuery.Found> found = query.run(caller, session);
    if (found.isEmpty()) {
      throw Problem.of(404, "There is no session with this id.");
    }
    return streams.reply(call, caller.orgId(), new Subject(caller, session));
  }
}
