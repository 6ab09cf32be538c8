package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.beam.RefusedRows;
import dev.kinebeam.schemas.event.DeadLetter;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * Whose sessions the database knows; what is left of a session's owner when its state is cleared.
 */
final class SessionOwners {
  private static final String OTHERS =
      """
      SELECT n.i, s.org_id
        FROM unnest(?::uuid[], ?::uuid[], ?::uuid[])
             WITH ORDINALITY AS n(session_id, org_id, patient_id, i)
        JOIN media_session_metrics AS s ON s.session_id = n.session_id
       WHERE s.org_id <> n.org_id OR s.patient_id <> n.patient_id\
      """;

  /** A row's say in whose session it is; times in milliseconds. */
  record Row(UUID sessionId, UUID orgId, UUID patientId, int events, long firstMs, long lastMs) {}

  private SessionOwners() {}

  /**
   * Lets rows pass that are of their session's owner, or of a session that has no row yet.
   *
   * @throws RefusedRows naming the rows that are not
   */
  static <R> void check(Connection connection, List<R> rows, Function<R, Row> owner)
      throws SQLException {
    List<Row> claims = rows.stream().map(owner).toList();
    IdentityHashMap<Object, DeadLetter> refused = new IdentityHashMap<>();
    try (PreparedStatement others = connection.prepareStatement(OTHERS)) {
      set(others, 1, claims, Row::sessionId);
      set(others, 2, claims, Row::orgId);
      set(others, 3, claims, Row::patientId);
      try (ResultSet found = others.executeQuery()) {
        while (found.next()) {
          int i = (int) found.getLong(1) - 1;
          Row row = claims.get(i);
          TakeOver refusal =
              new TakeOver(
                  row.sessionId(),
                  row.orgId(),
                  row.patientId(),
                  found.getObject(2, UUID.class),
                  row.events(),
                  row.firstMs(),
                  row.lastMs());
          refused.put(rows.get(i), refusal.deadLetter());
        }
      }
    }
    if (!refused.isEmpty()) {
      throw new RefusedRows("rows of sessions of other patients", refused);
    }
  }

  private static void set(
      PreparedStatement statement, int at, List<Row> rows, Function<Row, UUID> value)
      throws SQLException {
    List<UUID> values = new ArrayList<>(rows.size());
    rows.forEach(row -> values.add(value.apply(row)));
    statement.setArray(at, statement.getConnection().createArrayOf("uuid", values.toArray()));
  }
}
