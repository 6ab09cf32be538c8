package dev.kinebeam.gateway.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.gateway.clinic.VideoHealth.Breakdown;
import dev.kinebeam.gateway.clinic.VideoHealth.Change;
import dev.kinebeam.gateway.clinic.VideoHealth.Exercise;
import dev.kinebeam.gateway.clinic.VideoHealth.Figures;
import dev.kinebeam.gateway.clinic.VideoHealth.Funnel;
import dev.kinebeam.gateway.clinic.VideoHealth.Group;
import dev.kinebeam.gateway.clinic.VideoHealth.Percentiles;
import dev.kinebeam.gateway.clinic.VideoHealth.Previous;
import dev.kinebeam.gateway.clinic.VideoHealth.Rebuffering;
import dev.kinebeam.gateway.clinic.VideoHealth.Share;
import dev.kinebeam.gateway.clinic.VideoHealth.Steps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;

/** Computes {@link VideoHealth} from the sessions that began in the window and the one before. */
final class VideoHealthQuery {
  private static final int TOP = 10;
  private static final int GROUPS = 50;

  private final Database database;

  VideoHealthQuery(Database database) {
    this.database = database;
  }

  VideoHealth run(UUID orgId, Window window, Optional<Dimension> by) {
    return database.inOrg(orgId, handle -> new Reading(handle, window, by).health());
  }

  private record Row(String part, String label, int metricsVersion, Steps steps, Figures figures) {}

  private record StallTimes(long n, Double average, Double p95) {}

  /** One run in one transaction. */
  private record Reading(Handle handle, Window window, Optional<Dimension> by) {
    VideoHealth health() {
      Plans.forFigures(handle);
      Window before = before();
      List<Row> rows = rows(before);
      List<Row> groups = of("group", rows);
      List<Row> top = of("top", rows);
      Row present = of("present", rows).get(0);
      Figures previous = of("before", rows).get(0).figures;
      Map<String, String> slugs = slugs(groups, top);
      return new VideoHealth(
          window.from().toString(),
          window.to().toString(),
          present.metricsVersion,
          present.figures,
          new Previous(before.from().toString(), before.to().toString(), previous),
          changes(present.figures, previous),
          by.map(dimension -> breakdown(dimension, present.figures, groups, slugs)).orElse(null),
          exercises(top, slugs),
          new Funnel(present.steps, patients()));
    }

    private Window before() {
      Duration length = Duration.between(window.from(), window.to());
      return new Window(window.from().minus(length), window.from());
    }

    private List<Row> rows(Window before) {
      return handle
          .createQuery(VideoHealthSql.health(by.orElse(Dimension.EXERCISE).column()))
          .bind("before", Columns.utc(before.from()))
          .bind("from", Columns.utc(window.from()))
          .bind("to", Columns.utc(window.to()))
          .bind("grouped", by.isPresent())
          .bind("groups", GROUPS)
          .bind("top", TOP)
          .map((row, context) -> row(row))
          .list();
    }

    private Map<String, String> slugs(List<Row> groups, List<Row> top) {
      List<Row> byExercise =
          by.filter(dimension -> dimension == Dimension.EXERCISE).isPresent() ? groups : List.of();
      String[] media =
          Stream.concat(byExercise.stream(), top.stream())
              .map(Row::label)
              .filter(Objects::nonNull)
              .toArray(String[]::new);
      Map<String, String> slugs = new HashMap<>();
      handle
          .createQuery(VideoHealthSql.SLUGS)
          .bind("media", media)
          .map((row, context) -> slugs.put(row.getString("media_id"), row.getString("slug")))
          .list();
      return slugs;
    }

    private List<Exercise> exercises(List<Row> top, Map<String, String> slugs) {
      Map<String, StallTimes> times = new HashMap<>();
      handle
          .createQuery(VideoHealthSql.STALLS)
          .bind("media", top.stream().map(Row::label).toArray(String[]::new))
          .bind("from", Columns.utc(window.from()))
          .bind("to", Columns.utc(window.to()))
          .map((row, context) -> times.put(row.getString("media_id"), stallTimes(row)))
          .list();
      return top.stream().map(row -> exercise(row, slugs, times)).toList();
    }

    private Steps patients() {
      return handle
          .createQuery(VideoHealthSql.PATIENTS)
          .bind("from", Columns.utc(window.from()))
          .bind("to", Columns.utc(window.to()))
          .map(
              (row, context) ->
                  new Steps(
                      null,
                      row.getLong("opened"),
                      row.getLong("started"),
                      row.getLong("completed")))
          .one();
    }
  }

  private static List<Row> of(String part, List<Row> rows) {
    return rows.stream().filter(row -> row.part.equals(part)).toList();
  }

  private static Breakdown breakdown(
      Dimension by, Figures whole, List<Row> rows, Map<String, String> slugs) {
    List<Group> groups =
        rows.stream().map(r -> new Group(r.label, slugs.get(r.label), r.figures)).toList();
    long listed = groups.stream().mapToLong(group -> group.figures().sessions()).sum();
    return new Breakdown(by.word(), groups, whole.sessions() - listed);
  }

  private static Exercise exercise(
      Row row, Map<String, String> slugs, Map<String, StallTimes> times) {
    Rebuffering stalls = row.figures.rebuffering();
    StallTimes time = times.getOrDefault(row.label, new StallTimes(0, null, null));
    return new Exercise(
        row.label,
        slugs.get(row.label),
        row.figures.sessions(),
        stalls.stalls(),
        stalls.stallMs(),
        stalls.ratio(),
        time.n,
        time.average,
        time.p95);
  }

  private static Map<String, Change> changes(Figures now, Figures before) {
    Map<String, Change> changes = new LinkedHashMap<>();
    changes.put(
        "sessions",
        Change.of(
            (double) now.sessions(),
            now.sessions(),
            (double) before.sessions(),
            before.sessions()));
    changes.put("start_up_p75_ms", p75(now.startUpMs(), before.startUpMs()));
    changes.put("ttfb_p75_ms", p75(now.ttfbMs(), before.ttfbMs()));
    changes.put(
        "rebuffer_ratio",
        Change.of(
            now.rebuffering().ratio(),
            now.rebuffering().n(),
            before.rebuffering().ratio(),
            before.rebuffering().n()));
    changes.put("completion", share(now.completion(), before.completion()));
    changes.put("start_failures", share(now.startFailures(), before.startFailures()));
    changes.put("exits_before_start", share(now.exitsBeforeStart(), before.exitsBeforeStart()));
    changes.put("playback_failures", share(now.playbackFailures(), before.playbackFailures()));
    return changes;
  }

  private static Change p75(Percentiles now, Percentiles before) {
    return Change.of(now.p75(), now.n(), before.p75(), before.n());
  }

  private static Change share(Share now, Share before) {
    return Change.of(now.rate(), now.n(), before.rate(), before.n());
  }

  private static Row row(ResultSet row) throws SQLException {
    long sessions = row.getLong("sessions");
    Map<String, Long> byStatus = new LinkedHashMap<>();
    for (String status : List.of("playing", "completed", "abandoned", "error")) {
      byStatus.put(status, row.getLong(status));
    }
    long started = row.getLong("started");
    Figures figures =
        new Figures(
            sessions,
            byStatus,
            percentiles(row, "start_up"),
            percentiles(row, "ttfb"),
            Rebuffering.of(
                started,
                row.getLong("stalls"),
                row.getLong("stall_ms"),
                Math.round(row.getDouble("watched_ms"))),
            Share.of(row.getLong("finished"), started),
            Share.of(row.getLong("start_failures"), row.getLong("asked")),
            Share.of(row.getLong("exits"), sessions),
            Share.of(row.getLong("failures"), sessions));
    Steps steps = new Steps(null, sessions, started, row.getLong("finished"));
    return new Row(
        row.getString("part"),
        row.getString("label"),
        row.getInt("metrics_version"),
        steps,
        figures);
  }

  private static StallTimes stallTimes(ResultSet row) throws SQLException {
    return new StallTimes(
        row.getLong("n"),
        row.getObject("average", Double.class),
        row.getObject("p95", Double.class));
  }

  private static Percentiles percentiles(ResultSet row, String name) throws SQLException {
    long n = row.getLong(name + "_n");
    if (n == 0) {
      return new Percentiles(0, null, null, null);
    }
    Double[] values = (Double[]) row.getArray(name).getArray();
    return new Percentiles(n, values[0], values[1], values[2]);
  }
}
