package dev.kinebeam.trials.bench.clinic;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.trials.bench.clinic.ClinicRequest.Clinic;
import dev.kinebeam.trials.bench.measure.Samples;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the policies add: the pages' kinds of statement as the gateway's role, whose organisation
 * the transaction names, against the same statement of the tables' owner, past every policy, with
 * the organisation as a predicate. The two take turns.
 */
final class RowSecurityCost {
  private static final String OWN = "AND org_id = ?";

  /** Each with two times and, at {@code %s}, the owner's predicate. */
  private static final Map<String, String> STATEMENTS =
      Map.of(
          "page of sessions",
          """
          SELECT * FROM media_session_metrics
           WHERE started_at >= ? AND started_at < ? %s
           ORDER BY started_at DESC, session_id DESC LIMIT 51\
          """,
          "figures",
          """
          SELECT count(*), count(*) FILTER (WHERE status = 'completed'), sum(stall_count),
                 percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY video_load_time_ms)
            FROM media_session_metrics WHERE started_at >= ? AND started_at < ? %s\
          """,
          "figures by exercise",
          """
          SELECT media_id, count(*), sum(stall_duration_ms) FROM media_session_metrics
           WHERE started_at >= ? AND started_at < ? %s GROUP BY media_id ORDER BY 3 DESC LIMIT 10\
          """,
          "stalls by connection",
          """
          SELECT connection_type, count(*), avg(duration_ms) FROM media_buffering_events
           WHERE started_at >= ? AND started_at < ? %s GROUP BY connection_type\
          """);

  private final Endpoints.Database database;

  RowSecurityCost(Endpoints.Database database) {
    this.database = database;
  }

  /**
   * How many times as long it takes with policies.
   *
   * @param overall of all statements' times together
   */
  record Measured(double overall, Map<String, Double> ratios) {}

  Measured measure(List<Clinic> clinics, int runs) throws SQLException {
    Map<String, Double> ratios = new LinkedHashMap<>();
    double with = 0;
    double without = 0;
    try (Connection reader = open(database.programs().get(ProgramRole.GATEWAY));
        Connection owner = open(database.admin())) {
      for (Map.Entry<String, String> statement : STATEMENTS.entrySet()) {
        List<Double> policies = new ArrayList<>();
        List<Double> predicates = new ArrayList<>();
        for (int run = 0; run < runs + 2; run++) {
          Clinic clinic = clinics.get(run / 2 % Math.min(5, clinics.size()));
          double one = underPolicy(reader, statement.getValue(), clinic);
          double other = asOwner(owner, statement.getValue(), clinic);
          if (run >= 2) {
            policies.add(one);
            predicates.add(other);
          }
        }
        double policy = Samples.of(policies).median();
        double predicate = Samples.of(predicates).median();
        ratios.put(statement.getKey(), policy / predicate);
        with += policy;
        without += predicate;
      }
    }
    return new Measured(with / without, ratios);
  }

  private static double underPolicy(Connection reader, String sql, Clinic clinic)
      throws SQLException {
    try (PreparedStatement org =
        reader.prepareStatement("SELECT set_config('kinebeam.org_id', ?, true)")) {
      org.setString(1, clinic.orgId().toString());
      org.execute();
    }
    double ms;
    try (PreparedStatement statement = reader.prepareStatement(sql.formatted(""))) {
      ms = timed(statement, clinic);
    }
    reader.commit();
    return ms;
  }

  private static double asOwner(Connection owner, String sql, Clinic clinic) throws SQLException {
    double ms;
    try (PreparedStatement statement = owner.prepareStatement(sql.formatted(OWN))) {
      statement.setObject(3, clinic.orgId());
      ms = timed(statement, clinic);
    }
    owner.commit();
    return ms;
  }

  private static double timed(PreparedStatement statement, Clinic clinic) throws SQLException {
    Instant until = clinic.until();
    statement.setTimestamp(1, Timestamp.from(until.minus(Duration.ofDays(7))));
    statement.setTimestamp(2, Timestamp.from(until));
    long begun = System.nanoTime();
    try (ResultSet rows = statement.executeQuery()) {
      while (rows.next()) {
        rows.getString(1);
      }
    }
    return (System.nanoTime() - begun) / 1e6;
  }

  private Connection open(Endpoints.Login login) throws SQLException {
    Connection connection =
        DriverManager.getConnection(database.url(), login.user(), login.password());
    connection.setAutoCommit(false);
    return connection;
  }
}
