package dev.kinebeam.trials.bench.order;

import dev.kinebeam.trials.bench.measure.Samples;
import dev.kinebeam.trials.bench.order.OrderClient.Ordered;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/**
 * Where the time of orders went, as the rows have it: database and clients share this machine's
 * clock.
 */
final class Stages {
  private static final String TIMES =
      """
      SELECT r.queued_at, r.sent_at, r.started_at, r.finished_at,
             min(c.at) FILTER (WHERE c.payload->>'step' = 'composing')  AS composing,
             min(c.at) FILTER (WHERE c.payload->>'step' = 'publishing') AS publishing
        FROM exercise_renders AS r LEFT JOIN render_changes AS c USING (render_id)
       WHERE r.render_id = ?
       GROUP BY r.render_id
      """;

  private final Map<String, List<Double>> milliseconds = new LinkedHashMap<>();

  private Stages() {}

  static Stages of(List<Ordered> orders, DataSource database) throws SQLException {
    Stages stages = new Stages();
    try (Connection connection = database.getConnection();
        PreparedStatement times = connection.prepareStatement(TIMES)) {
      for (Ordered order : orders) {
        stages.add(order, times);
      }
    }
    return stages;
  }

  private void add(Ordered order, PreparedStatement times) throws SQLException {
    times.setObject(1, order.renderId(), Types.OTHER);
    try (ResultSet row = times.executeQuery()) {
      if (!row.next()) {
        throw new SQLException("there is no render " + order.renderId());
      }
      Instant at = order.asked();
      at = stage("asked to queued", at, row, "queued_at");
      at = stage("to being planned", at, row, "started_at");
      at = stage("to being composed", at, row, "composing");
      at = stage("to being published", at, row, "publishing");
      at = stage("to ready", at, row, "finished_at");
      Instant answered = order.asked().plusNanos(Math.round(order.milliseconds() * 1e6));
      put("to the answer", at, answered);
      put(
          "queued to sent",
          row.getObject("queued_at", OffsetDateTime.class).toInstant(),
          row.getObject("sent_at", OffsetDateTime.class).toInstant());
    }
  }

  private Instant stage(String name, Instant since, ResultSet row, String column)
      throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    if (time == null) {
      return since;
    }
    put(name, since, time.toInstant());
    return time.toInstant();
  }

  private void put(String name, Instant since, Instant until) {
    milliseconds
        .computeIfAbsent(name, unknown -> new ArrayList<>())
        .add(Duration.between(since, until).toNanos() / 1e6);
  }

  /** The median of each, in the order in which an order passes them. */
  Map<String, Double> medians() {
    Map<String, Double> medians = new LinkedHashMap<>();
    milliseconds.forEach((name, all) -> medians.put(name, Samples.of(all).median()));
    return medians;
  }
}
