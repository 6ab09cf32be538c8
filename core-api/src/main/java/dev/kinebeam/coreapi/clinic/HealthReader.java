package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.clinic.HealthSources.Days;
import dev.kinebeam.coreapi.clinic.HealthSources.OfDays;
import dev.kinebeam.coreapi.clinic.VideoHealth.StallTimes;
import dev.kinebeam.coreapi.clinic.VideoHealth.Steps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Reads what {@link VideoHealth} is made of, in one transaction, and decides nothing. */
record HealthReader(Handle handle, Window window, ZoneId zone, Optional<Dimension> by) {
  /**
   * The days that are counted.
   *
   * @param sessions how many sessions each has
   */
  record Counted(Instant keptFrom, Map<LocalDate, Long> sessions) {}

  /** An exercise as the catalogue has it; the slug is null where a personal video was played. */
  record Named(@Nullable String slug, String name) {}

  private record ByMedia<T>(String mediaId, T value) {}

  /** The counted days of both windows, and since when sessions are kept. */
  Counted counted() {
    Instant keptFrom =
        handle
            .createQuery(VideoHealthSql.KEPT_FROM)
            .bind("before", Columns.utc(window.before().from()))
            .map((row, context) -> Columns.instant(row, "kept_from"))
            .one();
    Map<LocalDate, Long> days = new HashMap<>();
    handle
        .createQuery(VideoHealthSql.COUNTED)
        .bind("first", window.before().from().atZone(zone).toLocalDate())
        .bind("last", window.to().atZone(zone).toLocalDate())
        .map(
            (row, context) ->
                Map.entry(row.getObject("day", LocalDate.class), row.getLong("sessions")))
        .forEach(day -> days.put(day.getKey(), day.getValue()));
    return new Counted(keptFrom, days);
  }

  /** Lower bounds of the steps of histograms. */
  List<Long> bounds() {
    return handle
        .createQuery("SELECT latency_bounds() AS bounds")
        .map((row, context) -> List.of((Long[]) array(row, "bounds")))
        .one();
  }

  /** Every row that counts. */
  List<HealthRow> rows(HealthSources sources) {
    List<HealthRow> rows = new ArrayList<>(parts(sources.sessions()));
    if (sources instanceof OfDays ofDays) {
      rows.addAll(days(ofDays.days()));
      rows.addAll(steps(sources.sessions()));
    } else {
      rows.addAll(percentiles());
    }
    return rows;
  }

  private List<HealthRow> parts(List<Window> stretches) {
    if (stretches.isEmpty()) {
      return List.of();
    }
    String label =
        by.filter(it -> it != Dimension.EXERCISE).map(Dimension::expression).orElse("NULL::text");
    return inStretches(VideoHealthSql.parts(label, stretches.size()), stretches)
        .map(
            (row, context) -> {
              String media = row.getString("media");
              return HealthRow.ofVideo(
                  period(row),
                  by,
                  by.equals(Optional.of(Dimension.EXERCISE)) ? media : row.getString("label"),
                  media,
                  new HealthTally(parts(row), Latencies.NONE, Latencies.NONE));
            })
        .list();
  }

  private List<HealthRow> days(Days days) {
    List<HealthRow> rows = new ArrayList<>(whole(days));
    boolean ofExercise = by.equals(Optional.of(Dimension.EXERCISE));
    if (by.isPresent() && !by.get().isCalendar() && !ofExercise) {
      rows.addAll(values(days, by.get().word(), value -> List.of(new HealthSubject.Value(value))));
    }
    if (ofExercise) {
      rows.addAll(values(days, "exercise", HealthReader::exerciseAndVideo));
    } else {
      rows.addAll(videos(days));
    }
    return rows;
  }

  /** Of all sessions of each day. */
  private List<HealthRow> whole(Days days) {
    List<LocalDate> all = new ArrayList<>(days.before());
    all.addAll(days.present());
    return ofDays(VideoHealthSql.DAYS, all, "all")
        .map(
            (row, context) -> {
              LocalDate day = row.getObject("day", LocalDate.class);
              Period period = Period.of(days.present().contains(day));
              List<HealthSubject> subjects = new ArrayList<>();
              subjects.add(new HealthSubject.All(period));
              if (period == Period.PRESENT && by.filter(Dimension::isCalendar).isPresent()) {
                subjects.add(
                    new HealthSubject.Value(Bucket.nameOf(day, by.get() == Dimension.WEEK)));
              }
              return new HealthRow(subjects, tally(row));
            })
        .list();
  }

  private List<HealthRow> values(
      Days days, String kind, Function<@Nullable String, List<HealthSubject>> subjects) {
    return ofDays(VideoHealthSql.DAYS, days.present(), kind)
        .map((row, context) -> new HealthRow(subjects.apply(row.getString("value")), tally(row)))
        .list();
  }

  private static List<HealthSubject> exerciseAndVideo(@Nullable String media) {
    List<HealthSubject> subjects = new ArrayList<>();
    subjects.add(new HealthSubject.Value(media));
    if (media != null) {
      subjects.add(new HealthSubject.Video(media));
    }
    return subjects;
  }

  /** Of each exercise that was reported, added up over the days; without its latencies. */
  private List<HealthRow> videos(Days days) {
    return ofDays(VideoHealthSql.SUMS_OF_DAYS, days.present(), "exercise")
        .map(
            (row, context) ->
                new HealthRow(
                    List.of(new HealthSubject.Video(row.getString("value"))),
                    new HealthTally(parts(row), Latencies.NONE, Latencies.NONE)))
        .list();
  }

  private Query ofDays(String sql, List<LocalDate> days, String kind) {
    return handle.createQuery(sql).bind("kind", kind).bind("days", texts(days));
  }

  private static HealthTally tally(ResultSet row) throws SQLException {
    return new HealthTally(
        parts(row), histogram(row, "load_counts"), histogram(row, "ttfb_counts"));
  }

  private List<HealthRow> steps(List<Window> stretches) {
    if (stretches.isEmpty()) {
      return List.of();
    }
    return inStretches(VideoHealthSql.steps(label(), stretches.size()), stretches)
        .map(
            (row, context) -> {
              Latencies step = Histogram.ofStep(row.getInt("place"), row.getLong("n"));
              return HealthRow.ofValue(
                  period(row),
                  by,
                  row.getString("label"),
                  row.getBoolean("of_load")
                      ? new HealthTally(PartSums.NONE, step, Latencies.NONE)
                      : new HealthTally(PartSums.NONE, Latencies.NONE, step));
            })
        .list();
  }

  private List<HealthRow> percentiles() {
    return inZone(handle.createQuery(VideoHealthSql.percentiles(label(), by.isPresent())))
        .bind("before", Columns.utc(window.before().from()))
        .bind("from", Columns.utc(window.from()))
        .bind("to", Columns.utc(window.to()))
        .map(
            (row, context) ->
                HealthRow.percentiles(
                    subject(row.getString("part"), row.getString("label")),
                    exact(row, "loads"),
                    exact(row, "answers")))
        .list();
  }

  private static HealthSubject subject(String part, @Nullable String label) {
    return part.equals(VideoHealthSql.OF_VALUE)
        ? new HealthSubject.Value(label)
        : new HealthSubject.All(Period.of(part.equals(VideoHealthSql.OF_PRESENT)));
  }

  /** The exercises of those media ids that the catalogue knows. */
  Map<String, Named> exercises(Stream<String> media) {
    return byMedia(
        handle
            .createQuery(VideoHealthSql.EXERCISES)
            .bind("media", media.filter(Objects::nonNull).toArray(String[]::new)),
        row -> new Named(row.getString("slug"), row.getString("display_name")));
  }

  /** How long the stalls of each of these media took; none for those without ended stalls. */
  Map<String, StallTimes> stallTimes(List<String> media) {
    return byMedia(
        handle
            .createQuery(VideoHealthSql.STALLS)
            .bind("media", media.toArray(String[]::new))
            .bind("from", Columns.utc(window.from()))
            .bind("to", Columns.utc(window.to())),
        row ->
            new StallTimes(
                row.getLong("n"),
                row.getObject("average", Double.class),
                row.getObject("p95", Double.class)));
  }

  /** How far patients came with what was prescribed for the days that begin in the window. */
  HealthAnswer.Counts funnel() {
    Counted counted = counted();
    Days days = Days.of(window, counted.sessions().keySet(), counted.keptFrom(), zone);
    List<Window> rest = days.restOfPresent();
    return bound(handle.createQuery(VideoHealthSql.funnel(rest.size())), rest)
        .bind("zone", zone.getId())
        .bind("counted", texts(days.present()))
        .bind("open", texts(days.open()))
        .map(
            (row, context) ->
                new HealthAnswer.Counts(
                    new Steps(
                        row.getLong("patients"),
                        row.getLong("patients_opened"),
                        row.getLong("patients_started"),
                        row.getLong("patients_completed")),
                    new Steps(
                        row.getLong("assigned"),
                        row.getLong("opened"),
                        row.getLong("started"),
                        row.getLong("completed"))))
        .one();
  }

  private static String[] texts(List<LocalDate> days) {
    return days.stream().map(LocalDate::toString).toArray(String[]::new);
  }

  private interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  private static <T> Map<String, T> byMedia(Query query, Reading<T> value) {
    return query
        .map((row, context) -> new ByMedia<>(row.getString("media_id"), value.of(row)))
        .stream()
        .collect(Collectors.toMap(ByMedia::mediaId, ByMedia::value));
  }

  private String label() {
    return by.map(Dimension::expression).orElse("NULL::text");
  }

  /** Binds what a label of the calendar names. */
  private Query inZone(Query query) {
    return by.filter(Dimension::isCalendar).isPresent() ? query.bind("zone", zone.getId()) : query;
  }

  private Query inStretches(String sql, List<Window> stretches) {
    return bound(inZone(handle.createQuery(sql)), stretches)
        .bind("from", Columns.utc(window.from()));
  }

  private static Query bound(Query query, List<Window> stretches) {
    for (int i = 0; i < stretches.size(); i++) {
      query
          .bind("start" + i, Columns.utc(stretches.get(i).from()))
          .bind("end" + i, Columns.utc(stretches.get(i).to()));
    }
    return query;
  }

  private static Period period(ResultSet row) throws SQLException {
    return Period.of(row.getBoolean("present"));
  }

  private static PartSums parts(ResultSet row) throws SQLException {
    return PartSums.of((Long[]) array(row, "parts"));
  }

  private static Latencies histogram(ResultSet row, String column) throws SQLException {
    return Histogram.ofSteps((Integer[]) array(row, column));
  }

  /** None where no session of the row has the latency. */
  private static Latencies exact(ResultSet row, String column) throws SQLException {
    java.sql.Array array = row.getArray(column);
    if (array == null) {
      return Latencies.NONE;
    }
    Double[] values = (Double[]) array.getArray();
    return new Latencies.Exact(values[0], values[1], values[2]);
  }

  private static Object array(ResultSet row, String column) throws SQLException {
    return row.getArray(column).getArray();
  }
}
