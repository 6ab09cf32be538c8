package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.input.TimeCursor;
import dev.kinebeam.schemas.Words;
import dev.kinebeam.schemas.event.SessionStatus;
import dev.kinebeam.web.http.Inputs;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.statement.Query;

/**
 * Which sessions a list has: those of a window that meet every condition. Immutable.
 *
 * @param conditions SQL over {@code media_session_metrics AS m}, joined with {@code exercises AS e}
 * @param values what the conditions name
 */
record SessionFilter(
    Window window,
    Optional<UUID> patientId,
    List<String> conditions,
    Map<String, Object> values,
    Optional<TimeCursor> after) {
  private static final int LONGEST_START_MS = 3_600_000;

  /** The parameters that choose sessions; a page has {@code limit} and {@code cursor} as well. */
  static final Set<String> PARAMETERS =
      Set.of(
          "from",
          "to",
          "patient_id",
          "media_id",
          "exercise",
          "status",
          "device",
          "browser",
          "connection",
          "resolution",
          "unreported",
          "only",
          "start_up_over_ms",
          "ttfb_over_ms");

  /** What a session may not have reported. */
  private enum Property {
    EXERCISE("nullif(m.media_id, '')"),
    DEVICE("m.device"),
    BROWSER("m.browser"),
    CONNECTION("m.connection_type"),
    RESOLUTION("m.peak_resolution");

    private final String column;

    Property(String column) {
      this.column = column;
    }

    static Property parse(String word) {
      return Words.read(Property.class, word);
    }
  }

  /** Reads the filter of a request; what is wrong is in {@code inputs} afterwards. */
  static SessionFilter read(Inputs inputs, Clock clock) {
    Window window = Window.read(inputs, clock);
    Optional<UUID> patient = inputs.id("patient_id");
    Conditions found = new Conditions();
    found.add("m.patient_id = :patient", "patient", patient);
    found.add("m.media_id = :media", "media", inputs.text("media_id"));
    found.add("e.slug = :exercise", "exercise", inputs.text("exercise"));
    found.add("m.device = :device", "device", inputs.text("device"));
    found.add("m.browser = :browser", "browser", inputs.text("browser"));
    found.add("m.connection_type = :connection", "connection", inputs.text("connection"));
    found.add("m.peak_resolution = :resolution", "resolution", inputs.text("resolution"));
    found.add(
        "m.status = :status",
        "status",
        inputs
            .read(
                "status",
                "one of playing, completed, abandoned, error",
                word -> Words.read(SessionStatus.class, word))
            .map(Words::write));
    found.add(
        "m.video_load_time_ms > :startUpOver",
        "startUpOver",
        inputs.number("start_up_over_ms", 0, LONGEST_START_MS));
    found.add(
        "m.ttfb_ms > :ttfbOver", "ttfbOver", inputs.number("ttfb_over_ms", 0, LONGEST_START_MS));
    inputs
        .read("only", "one of " + SessionSet.words(), SessionSet::parse)
        .ifPresent(set -> found.add(set.condition()));
    inputs
        .read(
            "unreported",
            "one of exercise, device, browser, connection, resolution",
            Property::parse)
        .ifPresent(property -> found.add(property.column + " IS NULL"));
    return new SessionFilter(
        window, patient, List.copyOf(found.sql), Map.copyOf(found.values), Optional.empty());
  }

  /** Those of one patient, where one is named. */
  SessionFilter ofPatient(Optional<UUID> patient) {
    if (patient.isEmpty()) {
      return this;
    }
    List<String> all = new ArrayList<>(conditions);
    all.add("m.patient_id = :patient");
    Map<String, Object> bound = new LinkedHashMap<>(values);
    bound.put("patient", patient.get());
    return new SessionFilter(window, patient, List.copyOf(all), Map.copyOf(bound), after);
  }

  /** The same sessions, from after this one on. */
  SessionFilter continuedAfter(Optional<TimeCursor> last) {
    return new SessionFilter(window, patientId, conditions, values, last);
  }

  /** All conditions, only of what was asked for, so that an index can serve them. */
  String where() {
    String all =
        String.join(
            "", conditions.stream().map(condition -> "\n AND (" + condition + ")").toList());
    return "m.started_at >= :from AND m.started_at < :to"
        + all
        + (after.isPresent()
            ? "\n AND m.started_at <= :afterTime"
                + " AND (m.started_at, m.session_id) < (:afterTime, :afterId)"
            : "");
  }

  /** Binds what {@link #where} names. */
  Query bind(Query query) {
    query.bind("from", Columns.utc(window.from())).bind("to", Columns.utc(window.to()));
    values.forEach(query::bind);
    after.ifPresent(
        last -> query.bind("afterTime", Columns.utc(last.at())).bind("afterId", last.id()));
    return query;
  }

  /** Gathers conditions with their values. */
  private static final class Conditions {
    private final List<String> sql = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();

    void add(String condition) {
      sql.add(condition);
    }

    void add(String condition, String name, Optional<?> value) {
      value.ifPresent(
          present -> {
            sql.add(condition);
            values.put(name, present);
          });
    }
  }
}
