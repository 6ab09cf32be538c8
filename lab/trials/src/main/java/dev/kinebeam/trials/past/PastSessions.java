package dev.kinebeam.trials.past;

import dev.kinebeam.pipelines.sessions.ErrorTable;
import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.SessionError;
import dev.kinebeam.pipelines.sessions.SessionMetrics;
import dev.kinebeam.pipelines.sessions.SessionTable;
import dev.kinebeam.pipelines.sessions.Stall;
import dev.kinebeam.pipelines.sessions.WaitTable;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.trials.patients.Clinics;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * The clinics' last three weeks, until less than an hour ago: in each some patients with trouble
 * among many with none. The rows are measured by the sessions' merge function and written by the
 * job's own sinks, without the way through Kafka; the same day has the same sessions on every
 * start. What is written is as old as its session's last event.
 */
public final class PastSessions {
  private static final String PRESENT =
      "SELECT session_id FROM media_session_metrics WHERE session_id = ANY (?)";

  private static final List<String> AGES =
      List.of(
          "UPDATE media_session_metrics SET updated_at = last_event_at WHERE session_id = ANY (?)",
          "UPDATE media_waits SET updated_at = coalesce(ended_at, started_at)"
              + " WHERE session_id = ANY (?)",
          "UPDATE media_session_errors SET updated_at = occurred_at WHERE session_id = ANY (?)");

  private final List<PastPlan> plans;

  private PastSessions(List<PastPlan> plans) {
    this.plans = plans;
  }

  /**
   * The weeks before {@code now}, whose days are those of each clinic's zone.
   *
   * @param videos at least two; the first was prescribed every day until yesterday
   */
  public static PastSessions before(Instant now, List<PastVideo> videos) {
    return new PastSessions(
        Clinics.ALL.stream().map(clinic -> PastPlan.of(clinic, now, videos)).toList());
  }

  /** The people who have a past; they have to be in the database before it is written. */
  public static List<Clinics.Patient> people() {
    return Clinics.ALL.stream()
        .flatMap(clinic -> Habit.people(clinic).stream())
        .map(Habit.Person::patient)
        .toList();
  }

  /**
   * Writes what is not there yet.
   *
   * @param pipeline what the telemetry job logs in with
   * @param owner the database past every policy
   * @return how many sessions are new
   */
  public int write(DatabaseSettings pipeline, DataSource owner) throws SQLException {
    return write(plans.stream().flatMap(plan -> plan.visits().stream()).toList(), pipeline, owner);
  }

  static int write(List<Visit> visits, DatabaseSettings pipeline, DataSource owner)
      throws SQLException {
    Set<UUID> present = present(owner, visits);
    List<MeasuredSession> rows =
        visits.parallelStream()
            .filter(visit -> !present.contains(visit.sessionId()))
            .map(PastRows::of)
            .toList();
    if (!rows.isEmpty()) {
      write(pipeline, rows);
      setAges(owner, rows);
    }
    return rows.size();
  }

  /**
   * Enters what was prescribed on each of the days, once the prescribed video's render is known.
   *
   * @return how many workouts are new; 0 while there is no render
   */
  public int prescribe(DataSource owner, PastVideo video) throws SQLException {
    return PastWorkouts.write(owner, video, plans);
  }

  private static void write(DatabaseSettings pipeline, List<MeasuredSession> rows)
      throws SQLException {
    List<SessionMetrics> sessions =
        rows.stream()
            .map(MeasuredSession::metrics)
            .sorted(Comparator.comparing(row -> row.identity().sessionId()))
            .toList();
    List<Stall> waits =
        rows.stream()
            .flatMap(row -> row.waits().stream())
            .sorted(
                Comparator.comparing((Stall row) -> row.session().sessionId())
                    .thenComparing(Stall::stallId))
            .toList();
    List<SessionError> errors =
        rows.stream()
            .flatMap(row -> row.errors().stream())
            .sorted(
                Comparator.comparing(SessionError::sessionId).thenComparing(SessionError::errorId))
            .toList();
    try (DatabaseSession session = pipeline.session()) {
      session.commit(
          handle -> {
            new SessionTable().write(handle, sessions);
            return sessions.size();
          });
      session.commit(
          handle -> {
            new WaitTable().write(handle, waits);
            return waits.size();
          });
      session.commit(
          handle -> {
            new ErrorTable().write(handle, errors);
            return errors.size();
          });
    }
  }

  private static Set<UUID> present(DataSource owner, List<Visit> visits) throws SQLException {
    Set<UUID> present = new HashSet<>();
    try (Connection connection = owner.getConnection();
        PreparedStatement query = connection.prepareStatement(PRESENT)) {
      query.setArray(1, uuids(connection, visits.stream().map(Visit::sessionId)));
      try (ResultSet row = query.executeQuery()) {
        while (row.next()) {
          present.add(row.getObject(1, UUID.class));
        }
      }
    }
    return present;
  }

  private static void setAges(DataSource owner, List<MeasuredSession> rows) throws SQLException {
    try (Connection connection = owner.getConnection()) {
      Array ids = uuids(connection, rows.stream().map(row -> row.metrics().identity().sessionId()));
      for (String sql : AGES) {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
          update.setArray(1, ids);
          update.executeUpdate();
        }
      }
    }
  }

  private static Array uuids(Connection connection, Stream<UUID> ids) throws SQLException {
    return connection.createArrayOf("uuid", ids.toArray());
  }
}
