package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.coreapi.clinic.SessionDetail.Link;
import dev.kinebeam.coreapi.clinic.SessionDetail.Moment;
import dev.kinebeam.coreapi.clinic.SessionDetail.Reason;
import dev.kinebeam.coreapi.clinic.SessionDetail.Recorded;
import dev.kinebeam.coreapi.clinic.SessionDetail.Timeline;
import dev.kinebeam.coreapi.recording.RecordedSession;
import dev.kinebeam.coreapi.recording.Recording;
import dev.kinebeam.coreapi.recording.Recordings;
import dev.kinebeam.schemas.Rfc3339;
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
import java.util.function.Function;

/**
 * {@code GET /v1/media/sessions/{id}?timeline=}: one session's timeline, with a link to its
 * recording. With {@code timeline=row} the archive is not asked, so that the answer is fast. The
 * archive is asked after the transaction has ended, and then whether the caller still reaches the
 * patient; when it has nothing, the rows of the session answer alone. Each read is an entry of the
 * audit log.
 */
public final class GetSession implements Route.Handler {
  private static final Reason NOT_ASKED =
      new Reason("not_asked", "the request asked for what the tables show alone");

  private final SessionDetailQuery query;
  private final Function<RecordedSession, Recordings.Answer> recordings;

  /**
   * The route.
   *
   * @param recordings empty where the gateway has no archive
   */
  public GetSession(Database database, Optional<Recordings> recordings) {
    this.query = new SessionDetailQuery(database);
    this.recordings =
        recordings
            .<Function<RecordedSession, Recordings.Answer>>map(some -> some::of)
            .orElse(session -> Recordings.Missing.NOT_CONFIGURED);
  }

  @Override
  public Set<String> parameters() {
    return Set.of("timeline");
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Inputs inputs = new Inputs(call);
    boolean rowOnly = inputs.read("timeline", "row or recording", GetSession::isRow).orElse(false);
    inputs.check();
    SessionDetailQuery.Found found =
        query
            .run(caller, call.pathId("id"))
            .orElseThrow(() -> Problem.of(404, "There is no session with this id."));
    if (rowOnly) {
      return Reply.json(200, ofRow(found));
    }
    Recordings.Answer answer = recordings.apply(found.session());
    // Reading the archive takes a while, and the link is good for an hour.
    query.requireStill(caller, found.session().patientId());
    if (answer instanceof Recordings.Found recorded) {
      return Reply.json(200, recorded(found, recorded));
    }
    Recordings.Missing missing = (Recordings.Missing) answer;
    return Reply.json(200, ofRow(found, new Reason(missing.code(), missing.message())));
  }

  private static boolean isRow(String word) {
    if (!word.equals("row") && !word.equals("recording")) {
      throw new IllegalArgumentException("neither");
    }
    return word.equals("row");
  }

  /** What the tables alone show. */
  static SessionDetail ofRow(SessionDetailQuery.Found found) {
    return ofRow(found, NOT_ASKED);
  }

  private static SessionDetail ofRow(SessionDetailQuery.Found found, Reason reason) {
    return detail(
        found,
        SessionTimeline.of(found.summary(), found.details(), found.stalls(), found.errors()),
        "row",
        new Link(null, null, reason));
  }

  private static SessionDetail recorded(SessionDetailQuery.Found found, Recordings.Found recorded) {
    Instant start = found.session().times().startedAt();
    return detail(
        found,
        SessionTimeline.of(start, recorded.recording(), found.stalls()),
        "recording",
        new Link(recorded.url(), view(recorded), null));
  }

  private static SessionDetail detail(
      SessionDetailQuery.Found found, List<Moment> moments, String source, Link link) {
    boolean truncated = moments.size() > SessionTimeline.MAX_MOMENTS;
    return new SessionDetail(
        found.summary(),
        found.details(),
        found.stalls(),
        new Timeline(
            truncated ? moments.subList(0, SessionTimeline.MAX_MOMENTS) : moments,
            source,
            truncated),
        link,
        found.video().orElse(null));
  }

  private static Recorded view(Recordings.Found found) {
    Recording recording = found.recording();
    return new Recorded(
        Rfc3339.text(found.expiresAt()),
        recording.times().madeAt(),
        recording.events().size(),
        recording.extent().complete(),
        recording.extent().truncated());
  }
}
