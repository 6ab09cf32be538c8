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

/**
 * {@code GET /v1/clinic/exercises?from=&to=}: the exercises that were played, with their
 * completion, the most played first; {@code GET /v1/clinic/exercises/{slug}/heatmap?from=&to=}:
 * which parts of one are watched.
 */
public final class ExerciseFigures {
  private static final int MOST = 200;

  private static final String PLAYED =
      """
      WITH played AS (
        SELECT s.media_id, count(*) AS n, count(*) FILTER (WHERE s.status = 'completed') AS completed
          FROM media_session_metrics s
         WHERE s.started_at >= :from AND s.started_at < :to
           AND s.started_playing AND s.status <> 'playing' AND s.media_id IS NOT NULL
         GROUP BY s.media_id)
      SELECT e.slug, e.display_name, p.n, p.completed
        FROM played p JOIN exercises e ON e.media_id = p.media_id
       ORDER BY p.n DESC, e.slug
       LIMIT :most
      """;

  private final Database database;
  private final Clock clock;

  public ExerciseFigures(Database database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  private record Played(String exercise, String name, long n, VideoHealth.Share completed) {}

  private record Page(String from, String to, List<Played> exercises) {}

  private interface Answer {
    Reply of(Call call, Principal caller, Window window) throws Problem;
  }

  /** A handler with a window. */
  private record Windowed(Clock clock, Answer answer) implements Route.Handler {
    @Override
    public Set<String> parameters() {
      return Set.of("from", "to");
    }

    @Override
    public Reply handle(Call call, Principal caller) throws Problem {
      Inputs inputs = new Inputs(call);
      Window window = Window.read(inputs, clock);
      inputs.check();
      return answer.of(call, caller, window);
    }
  }

  /** Those that were played. */
  public Route.Handler list() {
    return new Windowed(clock, (call, caller, window) -> Reply.json(200, played(caller, window)));
  }

  /** One exercise's heat map. */
  public Route.Handler heatMap() {
    HeatMapQuery query = new HeatMapQuery(database);
    return new Windowed(
        clock,
        (call, caller, window) ->
            Optional.of(call.path("slug"))
                .filter(slug -> GetDropOff.SLUG.matcher(slug).matches())
                .flatMap(slug -> query.run(caller.orgId(), slug, window))
                .map(answer -> Reply.json(200, answer))
                .orElseThrow(() -> Problem.of(404, "There is no exercise of this name.")));
  }

  private Page played(Principal caller, Window window) {
    return database.inOrg(
        caller.orgId(),
        handle -> {
          QueryPlanning.forFigures(handle);
          return new Page(
              window.fromText(),
              window.toText(),
              handle
                  .createQuery(PLAYED)
                  .bind("from", Columns.utc(window.from()))
                  .bind("to", Columns.utc(window.to()))
                  .bind("most", MOST)
                  .map(
                      (row, context) ->
                          new Played(
                              row.getString("slug"),
                              row.getString("display_name"),
                              row.getLong("n"),
                              VideoHealth.Share.of(row.getLong("completed"), row.getLong("n"))))
                  .list());
        });
  }
}
