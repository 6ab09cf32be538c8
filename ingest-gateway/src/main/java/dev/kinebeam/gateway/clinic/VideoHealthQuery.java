package dev.kinebeam.gateway.clinic;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.gateway.clinic.VideoHealth.Breakdown;
import dev.kinebeam.gateway.clinic.VideoHealth.Exercise;
import dev.kinebeam.gateway.clinic.VideoHealth.Figures;
import dev.kinebeam.gateway.clinic.VideoHealth.Funnel;
import dev.kinebeam.gateway.clinic.VideoHealth.Group;
import dev.kinebeam.gateway.clinic.VideoHealth.Previous;
import dev.kinebeam.gateway.clinic.VideoHealth.Rebuffering;
import dev.kinebeam.gateway.clinic.VideoHealth.Steps;
import dev.kinebeam.schemas.Rfc3339;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;

/**
 * Computes {@link VideoHealth} from the sessions that began in the window and the one before, or,
 * where that is very many, from the weekly rows and the sessions at the windows' ends.
 */
final class VideoHealthQuery {
  private static final int TOP = 10;
  private static final int GROUPS = 50;

  /** As many sessions are read in less time than a page waits for (ADR 19). */
  private static final long MOST_READ = 20_000;

  private final Database database;
  private final long mostRead;

  VideoHealthQuery(Database database) {
    this(database, MOST_READ);
  }

  /**
   * A query that reads the weekly rows where those of whole weeks stand for more sessions than
   * {@code mostRead}.
   */
  VideoHealthQuery(Database database, long mostRead) {
    this.database = database;
    this.mostRead = mostRead;
  }

  VideoHealth run(UUID orgId, Window window, Optional<Dimension> by) {
    return database.inOrgAtOneMoment(
        orgId, handle -> new Reading(handle, window, new HealthSheet(by), mostRead).health());
  }

  private record StallTimes(long n, Double average, Double p95) {}

  /** One run in one transaction. */
  private record Reading(Handle handle, Window window, HealthSheet sheet, long mostRead) {
    VideoHealth health() {
      Plans.forFigures(handle);
      HealthSources sources = HealthSources.choose(handle, window, sheet.by(), mostRead);
      readParts(sources);
      if (sources.byWeeks()) {
        readWeeks(sources);
        readSteps(sources);
      } else {
        readPercentiles(sources);
      }
      return answer(sources);
    }

    private VideoHealth answer(HealthSources sources) {
      List<Map.Entry<String, HealthTally>> groups = sheet.largestGroups(GROUPS);
      List<Map.Entry<String, HealthTally>> top = sheet.worstVideos(TOP);
      Map<String, String> slugs = slugs(groups, top);
      Figures present = sheet.present().figures(sources.bounds());
      Figures previous = sheet.before().figures(sources.bounds());
      Window before = sources.before();
      return new VideoHealth(
          Rfc3339.text(window.from()),
          Rfc3339.text(window.to()),
          (int) sheet.present().of(Part.METRICS_VERSION),
          sources.byWeeks() ? VideoHealth.NEARLY : VideoHealth.EXACT,
          present,
          new Previous(Rfc3339.text(before.from()), Rfc3339.text(before.to()), previous),
          Changes.between(present, previous),
          sheet.by().map(by -> breakdown(by, present, groups, slugs, sources)).orElse(null),
          exercises(top, slugs),
          new Funnel(sheet.present().steps(), patients()));
    }

    private void readParts(HealthSources sources) {
      List<Window> stretches = sources.sessions();
      if (stretches.isEmpty()) {
        return;
      }
      boolean byVideo = sheet.by().filter(by -> by == Dimension.EXERCISE).isPresent();
      String label =
          sheet.by().filter(by -> !byVideo).map(Dimension::expression).orElse("NULL::text");
      inStretches(VideoHealthSql.parts(label, stretches.size()), stretches)
          .map(
              (row, context) -> {
                String media = row.getString("media");
                String value = byVideo ? media : row.getString("label");
                sheet.add(row.getBoolean("present"), media, value, longs(row, "parts"));
                return true;
              })
          .list();
    }

    private void readWeeks(HealthSources sources) {
      int places = sources.places();
      sources
          .bindWeeks(handle.createQuery(VideoHealthSql.WEEKS))
          .bind("from", Columns.utc(window.from()))
          .map(
              (row, context) -> {
                boolean present = row.getBoolean("present");
                String media = row.getString("media");
                sheet.add(present, media, media, longs(row, "parts"));
                addCounts(present, media, true, (Integer[]) array(row, "load_counts"), places);
                addCounts(present, media, false, (Integer[]) array(row, "ttfb_counts"), places);
                return true;
              })
          .list();
    }

    private void addCounts(
        boolean present, String media, boolean ofLoad, Integer[] counts, int places) {
      for (int i = 0; i < counts.length; i++) {
        if (counts[i] != 0) {
          sheet.addStep(present, media, ofLoad, i + 1, counts[i], places);
        }
      }
    }

    private void readSteps(HealthSources sources) {
      List<Window> stretches = sources.sessions();
      if (stretches.isEmpty()) {
        return;
      }
      inStretches(VideoHealthSql.steps(label(), stretches.size()), stretches)
          .map(
              (row, context) -> {
                sheet.addStep(
                    row.getBoolean("present"),
                    row.getString("label"),
                    row.getBoolean("of_load"),
                    row.getInt("place"),
                    row.getLong("n"),
                    sources.places());
                return true;
              })
          .list();
    }

    private void readPercentiles(HealthSources sources) {
      handle
          .createQuery(VideoHealthSql.percentiles(label(), sheet.by().isPresent()))
          .bind("before", Columns.utc(sources.before().from()))
          .bind("from", Columns.utc(window.from()))
          .bind("to", Columns.utc(window.to()))
          .map(
              (row, context) -> {
                String part = row.getString("part");
                HealthTally tally =
                    part.equals("group")
                        ? sheet.group(row.getString("label"))
                        : sheet.window(part.equals("present"));
                tally.loads.set((Double[]) array(row, "loads"));
                tally.answers.set((Double[]) array(row, "answers"));
                return true;
              })
          .list();
    }

    private String label() {
      return sheet.by().map(Dimension::expression).orElse("NULL::text");
    }

    private Query inStretches(String sql, List<Window> stretches) {
      Query query = handle.createQuery(sql).bind("from", Columns.utc(window.from()));
      for (int i = 0; i < stretches.size(); i++) {
        query
            .bind("start" + i, Columns.utc(stretches.get(i).from()))
            .bind("end" + i, Columns.utc(stretches.get(i).to()));
      }
      return query;
    }

    private Map<String, String> slugs(
        List<Map.Entry<String, HealthTally>> groups, List<Map.Entry<String, HealthTally>> top) {
      boolean byVideo = sheet.by().filter(by -> by == Dimension.EXERCISE).isPresent();
      String[] media =
          Stream.concat(byVideo ? groups.stream() : Stream.empty(), top.stream())
              .map(Map.Entry::getKey)
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

    private List<Exercise> exercises(
        List<Map.Entry<String, HealthTally>> top, Map<String, String> slugs) {
      Map<String, StallTimes> times = new HashMap<>();
      handle
          .createQuery(VideoHealthSql.STALLS)
          .bind("media", top.stream().map(Map.Entry::getKey).toArray(String[]::new))
          .bind("from", Columns.utc(window.from()))
          .bind("to", Columns.utc(window.to()))
          .map((row, context) -> times.put(row.getString("media_id"), stallTimes(row)))
          .list();
      return top.stream().map(video -> exercise(video, slugs, times)).toList();
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

  private static Breakdown breakdown(
      Dimension by,
      Figures whole,
      List<Map.Entry<String, HealthTally>> largest,
      Map<String, String> slugs,
      HealthSources sources) {
    List<Group> groups =
        largest.stream()
            .map(
                group ->
                    new Group(
                        group.getKey(),
                        slugs.get(group.getKey()),
                        group.getValue().figures(sources.bounds())))
            .toList();
    long listed = groups.stream().mapToLong(group -> group.figures().sessions()).sum();
    return new Breakdown(by.word(), groups, whole.sessions() - listed);
  }

  private static Exercise exercise(
      Map.Entry<String, HealthTally> video,
      Map<String, String> slugs,
      Map<String, StallTimes> times) {
    String media = video.getKey();
    Rebuffering stalls = video.getValue().rebuffering();
    StallTimes time = times.getOrDefault(media, new StallTimes(0, null, null));
    return new Exercise(
        media,
        slugs.get(media),
        video.getValue().of(Part.SESSIONS),
        stalls.stalls(),
        stalls.stallMs(),
        stalls.ratio(),
        time.n,
        time.average,
        time.p95);
  }

  private static Long[] longs(ResultSet row, String column) throws SQLException {
    return (Long[]) array(row, column);
  }

  private static Object array(ResultSet row, String column) throws SQLException {
    java.sql.Array array = row.getArray(column);
    return array == null ? null : array.getArray();
  }

  private static StallTimes stallTimes(ResultSet row) throws SQLException {
    return new StallTimes(
        row.getLong("n"),
        row.getObject("average", Double.class),
        row.getObject("p95", Double.class));
  }
}
