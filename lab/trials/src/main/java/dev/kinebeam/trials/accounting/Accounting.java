package dev.kinebeam.trials.accounting;

import dev.kinebeam.trials.patients.ScriptedSession.Offset;
import dev.kinebeam.trials.patients.SentSession;
import dev.kinebeam.trials.patients.Traffic;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;

/** Compares every row with what was sent, field by field. */
public final class Accounting {
  private static final String SESSIONS =
      "SELECT * FROM media_session_metrics WHERE session_id = ANY (?)";
  private static final String STALLS = "SELECT * FROM media_waits WHERE session_id = ANY (?)";

  private final DataSource owner;

  public Accounting(DataSource owner) {
    this.owner = owner;
  }

  /**
   * How one table compares.
   *
   * @param sent rows that must be there
   * @param rows rows that are there for these sessions
   * @param mismatched rows missing, too many, or different in any field
   * @param differences the first of them, in words
   */
  public record Verdict(long sent, long rows, long mismatched, List<String> differences) {}

  /** How many of these sessions have a row that says the session is over. */
  public long closed(List<SentSession> sessions) throws SQLException {
    try (Connection c = owner.getConnection();
        PreparedStatement s =
            c.prepareStatement(
                "SELECT count(*) FROM media_session_metrics"
                    + " WHERE session_id = ANY (?) AND ended_by IS NOT NULL")) {
      s.setArray(1, ids(c, sessions));
      try (ResultSet r = s.executeQuery()) {
        r.next();
        return r.getLong(1);
      }
    }
  }

  /** How many rows there are, of sessions and stalls, of sessions that may have left none. */
  public long rowsOf(List<SentSession> refused) throws SQLException {
    return compare(SESSIONS, "session_id", Map.of(), refused).rows()
        + compare(STALLS, "stall_id", Map.of(), refused).rows();
  }

  /**
   * What rows have counted, compared with what the gateway has confirmed.
   *
   * @param accepted different events confirmed as durable
   * @param lost those of them that no row has counted
   * @param doubled counted more often than there were events
   */
  public record Events(long accepted, long lost, long doubled) {}

  /** Compares {@code events_seen} of each session with the different events accepted of it. */
  public Events events(Map<UUID, Long> accepted) throws SQLException {
    Map<UUID, Long> counted = new HashMap<>();
    try (Connection c = owner.getConnection();
        PreparedStatement s =
            c.prepareStatement(
                "SELECT session_id, events_seen FROM media_session_metrics"
                    + " WHERE session_id = ANY (?)")) {
      s.setArray(1, c.createArrayOf("uuid", accepted.keySet().toArray()));
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          counted.merge(r.getObject(1, UUID.class), r.getLong(2), Long::sum);
        }
      }
    }
    long lost = 0;
    long doubled = 0;
    for (Map.Entry<UUID, Long> session : accepted.entrySet()) {
      long surplus = counted.getOrDefault(session.getKey(), 0L) - session.getValue();
      lost += Math.max(0, -surplus);
      doubled += Math.max(0, surplus);
    }
    return new Events(accepted.values().stream().mapToLong(Long::longValue).sum(), lost, doubled);
  }

  /** In how many organisations a rule's condition holds for this subject, as the inbox has it. */
  public int openAutomations(String rule, String subject) throws SQLException {
    try (Connection c = owner.getConnection();
        PreparedStatement s =
            c.prepareStatement(
                "SELECT count(*) FROM automations"
                    + " WHERE rule = ? AND subject = ? AND cleared_at IS NULL")) {
      s.setString(1, rule);
      s.setString(2, subject);
      try (ResultSet r = s.executeQuery()) {
        r.next();
        return r.getInt(1);
      }
    }
  }

  /** How many events all rows together have counted. */
  public long eventsCounted() throws SQLException {
    try (Connection c = owner.getConnection();
        PreparedStatement s =
            c.prepareStatement("SELECT coalesce(sum(events_seen), 0) FROM media_session_metrics");
        ResultSet r = s.executeQuery()) {
      r.next();
      return r.getLong(1);
    }
  }

  /**
   * The stored weekly counts compared with a recount of the session rows.
   *
   * @param wrong rows of the counts that differ, are missing or too many
   */
  public record WeeklyCounts(int weeks, long wrong) {}

  /** Counts every week again, and changes nothing. */
  public WeeklyCounts weeklyCounts() throws SQLException {
    String recount =
        "SELECT count(DISTINCT week), count(org_id) FROM media_weeks() AS week"
            + " LEFT JOIN LATERAL reconcile_media_week(week, 'accounting') ON true";
    try (Connection c = owner.getConnection()) {
      c.setAutoCommit(false);
      try (PreparedStatement s = c.prepareStatement(recount);
          ResultSet r = s.executeQuery()) {
        r.next();
        return new WeeklyCounts(r.getInt(1), r.getLong(2));
      } finally {
        c.rollback();
      }
    }
  }

  public Verdict sessions(List<SentSession> sessions) throws SQLException {
    Map<UUID, SortedMap<String, Object>> expected = new HashMap<>();
    for (SentSession session : sessions) {
      SortedMap<String, Object> row = dated(session.script().metrics(), session);
      row.put("device", session.patient().device().device());
      row.put("os", session.patient().device().os());
      row.put("browser", session.patient().device().browser());
      row.put("app_version", Traffic.APP_VERSION);
      expected.put(session.script().sessionId(), row);
    }
    return compare(SESSIONS, "session_id", expected, sessions);
  }

  public Verdict stalls(List<SentSession> sessions) throws SQLException {
    Map<UUID, SortedMap<String, Object>> expected = new HashMap<>();
    for (SentSession session : sessions) {
      for (SortedMap<String, Object> stall : session.script().stalls()) {
        expected.put((UUID) stall.get("stall_id"), dated(stall, session));
      }
    }
    return compare(STALLS, "stall_id", expected, sessions);
  }

  private static SortedMap<String, Object> dated(
      SortedMap<String, Object> script, SentSession session) {
    SortedMap<String, Object> row = new TreeMap<>(script);
    row.replaceAll(
        (column, value) ->
            value instanceof Offset offset
                ? (Object) Instant.ofEpochMilli(session.baseMs() + offset.ms())
                : value);
    row.put("session_id", session.script().sessionId());
    row.put("org_id", session.patient().clinic().orgId());
    row.put("patient_id", session.patient().patientId());
    return row;
  }

  private Verdict compare(
      String query,
      String key,
      Map<UUID, SortedMap<String, Object>> expected,
      List<SentSession> sessions)
      throws SQLException {
    List<String> differences = new ArrayList<>();
    Set<UUID> seen = new HashSet<>();
    long rows = 0;
    long mismatched = 0;
    try (Connection c = owner.getConnection();
        PreparedStatement s = c.prepareStatement(query)) {
      s.setArray(1, ids(c, sessions));
      try (ResultSet r = s.executeQuery()) {
        while (r.next()) {
          rows++;
          UUID id = r.getObject(key, UUID.class);
          List<String> different =
              seen.add(id)
                  ? differences(id, expected.get(id), r)
                  : List.of(id + " has more than one row");
          if (!different.isEmpty()) {
            mismatched++;
            differences.addAll(different);
          }
        }
      }
    }
    for (UUID id : expected.keySet()) {
      if (!seen.contains(id)) {
        mismatched++;
        differences.add(id + " has no row");
      }
    }
    return new Verdict(expected.size(), rows, mismatched, differences);
  }

  private static List<String> differences(
      UUID id, SortedMap<String, Object> expected, ResultSet row) throws SQLException {
    if (expected == null) {
      return List.of(id + " was never sent");
    }
    List<String> differences = new ArrayList<>();
    for (Map.Entry<String, Object> column : expected.entrySet()) {
      Object found = plain(row.getObject(column.getKey()));
      if (!Objects.equals(column.getValue(), found)) {
        differences.add(
            id + " " + column.getKey() + ": sent " + column.getValue() + ", row has " + found);
      }
    }
    return differences;
  }

  private static Object plain(Object value) throws SQLException {
    if (value instanceof Integer number) {
      return number.longValue();
    } else if (value instanceof Timestamp time) {
      return time.toInstant();
    } else if (value instanceof Array array) {
      return Arrays.asList((Object[]) array.getArray());
    }
    return value;
  }

  private static Array ids(Connection c, List<SentSession> sessions) throws SQLException {
    return c.createArrayOf(
        "uuid", sessions.stream().map(session -> session.script().sessionId()).toArray());
  }
}
