package dev.kinebeam.coreapi.automations;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.web.auth.Principal;
import dev.kinebeam.web.http.Call;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Reply;
import dev.kinebeam.web.http.Route;
import java.util.List;
import java.util.Optional;

/**
 * {@code GET /v1/automations/stream}: server-sent events, one for each change of the caller's
 * organisation, in order and once; {@code id} is the change's number. {@code Last-Event-ID} resumes
 * after that change; without it the stream begins with the next change. A stream holds no place
 * among the requests in flight; it ends when the gateway stops, and clients come back with the last
 * id.
 */
public final class StreamAutomations implements Route.Handler {
  private final ChangeStreams streams;

  public StreamAutomations(Database database) {
    this.streams = new ChangeStreams(database);
  }

  @Override
  public Reply handle(Call call, Principal caller) throws Problem {
    Optional<String> last = call.header("Last-Event-ID").filter(text -> !text.isBlank());
    long newest = streams.newest();
    // A number of another database, or of one before it was restored, must not silence the stream.
    long after = last.isPresent() ? Math.min(number(last.get()), newest) : newest;
    if (!streams.hasRoom(caller.orgId())) {
      throw Problem.unavailable("The Core API is at its limit of streams.", 1);
    }
    return Reply.flowing(
            "text/event-stream; charset=utf-8",
            stream -> streams.follow(caller.orgId(), after, stream))
        .with("X-Accel-Buffering", "no");
  }

  private static long number(String text) throws Problem {
    try {
      long number = Long.parseLong(text.strip());
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw refusal(text);
    }
    throw refusal(text);
  }

  private static Problem refusal(String text) {
    return Problem.invalid(
        400,
        "The stream cannot continue there.",
        List.of(
            new FieldError(
                "Last-Event-ID",
                "bad_format",
                "Last-Event-ID is "
                    + (text.length() > 40 ? text.substring(0, 40) + "…" : text)
                    + "; it must be the id of an event of this stream")));
  }
}
