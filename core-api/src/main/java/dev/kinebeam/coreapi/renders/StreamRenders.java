package dev.kinebeam.coreapi.renders;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.RenderBulks;
import dev.kinebeam.catalog.db.RenderChanges;
import dev.kinebeam.catalog.db.RenderChanges.Subject;
import dev.kinebeam.coreapi.streams.ChangeStreams;
import dev.kinebeam.web.http.Problem;
import dev.kinebeam.web.http.Route;
import java.util.List;
import java.util.UUID;

/**
 * Server-sent events of renders: {@code GET /v1/renders/{id}/stream} of one, {@code GET
 * /v1/renders/stream} of those that the caller's organisation asked for (of all, for callers of the
 * platform), {@code GET /v1/admin/renders/bulk/{id}/stream} of a bulk and its renders. The event's
 * name is the new state; {@code Last-Event-ID} resumes.
 */
public final class StreamRenders {
  private static final String PLATFORM = "platform";

  private final Database database;
  private final ChangeStreams<Subject> streams;

  public StreamRenders(Database database) {
    this.database = database;
    this.streams = new ChangeStreams<>("render-streams", new Changes(new RenderChanges(database)));
  }

  private record Changes(RenderChanges changes) implements ChangeStreams.Source<Subject> {
    @Override
    public long newest() {
      return changes.newest();
    }

    @Override
    public List<ChangeStreams.Change> after(Subject subject, long last, int most) {
      return changes.after(subject, last, most).stream()
          .map(one -> new ChangeStreams.Change(one.id(), one.kind(), one.payload()))
          .toList();
    }
  }

  /** Of those that the caller may see. */
  public Route.Handler ofAll() {
    return (call, caller) ->
        streams.reply(
            call,
            caller.organisation().map(Object.class::cast).orElse(PLATFORM),
            caller
                .organisation()
                .<Subject>map(RenderChanges.OfOrganization::new)
                .orElse(new RenderChanges.OfAll()));
  }

  /** Of one render. */
  public Route.Handler ofOne() {
    ExerciseRenders renders = new ExerciseRenders(database);
    return (call, caller) -> {
      UUID id = call.pathId("id");
      if (renders.find(id, caller.organisation()).isEmpty()) {
        throw Problem.of(404, "There is no render with this id.");
      }
      return streams.reply(
          call,
          caller.organisation().map(Object.class::cast).orElse(PLATFORM),
          new RenderChanges.OfRender(id));
    };
  }

  /** Of a bulk. */
  public Route.Handler ofBulk() {
    RenderBulks bulks = new RenderBulks(database);
    return (call, caller) -> {
      UUID id = call.pathId("id");
      if (bulks.find(id).isEmpty()) {
        throw Problem.of(404, "There is no bulk with this id.");
      }
      return streams.reply(call, PLATFORM, new RenderChanges.OfBulk(id));
    };
  }
}
