package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.clinic.HealthSources.OfWeeks;
import dev.kinebeam.coreapi.clinic.HealthSources.Weeks;
import dev.kinebeam.coreapi.clinic.VideoHealth.Prescribed;
import dev.kinebeam.coreapi.clinic.VideoHealth.StallTimes;
import dev.kinebeam.coreapi.clinic.VideoHealth.Steps;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Query;
import org.jspecify.annotations.Nullable;

/** Reads what {@link VideoHealth} is made of, in one transaction, and decides nothing. */
record HealthReader(Handle handle, Window window, ZoneId zone, Optional<Dimension> by) {
  /** What the weekly rows of some weeks hold. */
  record Kept(long sessions, List<Long> bounds) {}

  private record Named<T>(String mediaId, T value) {}

  /** Since when sessions are kept; the start of the window before where that is later. */
  Instant keptFrom() {
    return handle
        .createQuery(VideoHealthSql.KEPT_FROM)
        .bind("before", Columns.utc(window.before().from()))
        .map((row, context) -> Columns.instant(row, "kept_from"))
        .one();
  }

  /** How many sessions the rows of these weeks count, and the steps of their histograms. */
  Kept kept(Weeks weeks) {
    return bind(handle.createQuery(VideoHealthSql.COUNTED), weeks)
        .map(
            (row, context) ->
                new Kept(row.getLong("sessions"), List.of((Long[]) array(row, "bounds"))))
        .one();
  }

  /** Every row that counts. */
  List<HealthRow> rows(HealthSources sources) {
    List<HealthRow> rows = new ArrayList<>(parts(sources.sessions()));
    if (sources instanceof OfWeeks ofWeeks) {
      rows.addAll(weeks(ofWeeks.weeks()));
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

  private List<HealthRow> weeks(Weeks weeks) {
    return bind(handle.createQuery(VideoHealthSql.WEEKS), weeks)
        .bind("zone", zone.getId())
        .bind("from", Columns.utc(window.from()))
        .map(
            (row, context) -> {
              String media = row.getString("media");
              return HealthRow.ofVideo(
                  period(row),
                  by,
                  media,
                  media,
                  new HealthTally(
                      parts(row), histogram(row, "load_counts"), histogram(row, "ttfb_counts")));
            })
        .list();
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

  /** The slugs of those media ids that the catalogue knows. */
  Map<String, String> slugs(Stream<String> media) {
    return named(
        handle
            .createQuery(VideoHealthSql.SLUGS)
            .bind("media", media.filter(Objects::nonNull).toArray(String[]::new)),
        row -> row.getString("slug"));
  }

  /** How long the stalls of each of these media took; none for those without ended stalls. */
  Map<String, StallTimes> stallTimes(List<String> media) {
    return named(
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

  /** What was prescribed for the days that begin in the window. */
  Prescribed prescribed() {
    return handle
        .createQuery(VideoHealthSql.PRESCRIBED)
        .bind("zone", zone.getId())
        .bind("from", Columns.utc(window.from()))
        .bind("to", Columns.utc(window.to()))
        .map(
            (row, context) ->
                new Prescribed(
                    new Steps(
                        row.getLong("assigned"),
                        row.getLong("opened"),
                        row.getLong("started"),
                        row.getLong("completed")),
                    row.getLong("patients")))
        .one();
  }

  /**
   * The funnel counted by patient.
   *
   * @param assigned patients to whom something was prescribed
   */
  Steps patients(long assigned) {
    return handle
        .createQuery(VideoHealthSql.PATIENTS)
        .bind("from", Columns.utc(window.from()))
        .bind("to", Columns.utc(window.to()))
        .map(
            (row, context) ->
                new Steps(
                    assigned,
                    row.getLong("opened"),
                    row.getLong("started"),
                    row.getLong("completed")))
        .one();
  }

  private interface Reading<T> {
    T of(ResultSet row) throws SQLException;
  }

  private static <T> Map<String, T> named(Query query, Reading<T> value) {
    return query
        .map((row, context) -> new Named<>(row.getString("media_id"), value.of(row)))
        .stream()
        .collect(Collectors.toMap(Named::mediaId, Named::value));
  }

  private String label() {
    return by.map(Dimension::expression).orElse("NULL::text");
  }

  /** Binds what a label of the calendar names. */
  private Query inZone(Query query) {
    return by.filter(Dimension::isCalendar).isPresent() ? query.bind("zone", zone.getId()) : query;
  }

  private Query inStretches(String sql, List<Window> stretches) {
    Query query = inZone(handle.createQuery(sql)).bind("from", Columns.utc(window.from()));
    for (int i = 0; i < stretches.size(); i++) {
      query
          .bind("start" + i, Columns.utc(stretches.get(i).from()))
          .bind("end" + i, Columns.utc(stretches.get(i).to()));
    }
    return query;
  }

  private static Query bind(Query query, Weeks weeks) {
    return query
        .bind("beforeWeek", weeks.before().from())
        .bind("beforeWeekEnd", weeks.before().to())
        .bind("presentWeek", weeks.present().from())
        .bind("presentWeekEnd", weeks.present().to());
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
