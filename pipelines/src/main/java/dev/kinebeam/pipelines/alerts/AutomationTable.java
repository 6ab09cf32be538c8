package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.beam.RowSink;
import dev.kinebeam.schemas.Json;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * {@code automations}: a change that is written again finds that it has happened and does nothing,
 * so that the outbox, which the table's triggers keep, holds each change once.
 */
final class AutomationTable implements RowSink<AlertChange> {
  private static final long serialVersionUID = 1L;

  /**
   * Nothing is opened while the condition has not ended, also not for another opening time: a job
   * that replays judges at other moments than before. An opening older than a clearing is a replay.
   */
  private static final String OPEN =
      """
      INSERT INTO automations (automation_id, org_id, rule, subject, title, opened_at, evidence)
      SELECT ?, ?, ?, ?, ?, ?, ?::jsonb
       WHERE NOT EXISTS (
               SELECT FROM automations
                WHERE org_id = ? AND rule = ? AND subject = ?
                  AND (cleared_at IS NULL OR cleared_at >= ?))
      ON CONFLICT DO NOTHING
      """;

  private static final String CLEAR =
      """
      UPDATE automations
         SET cleared_at = ?, clearing_evidence = ?::jsonb, state = 'resolved',
             snoozed_until = NULL, resolved_at = coalesce(resolved_at, ?),
             resolved_by = coalesce(resolved_by, 'condition')
       WHERE org_id = ? AND rule = ? AND subject = ? AND cleared_at IS NULL AND opened_at <= ?
      """;

  /** Changes of one subject stay in the order of their times. */
  private record Key(long atMs, UUID orgId, String rule, String subject, AlertChange.Kind kind)
      implements Comparable<Key> {
    private static final Comparator<Key> ORDER =
        Comparator.comparingLong(Key::atMs)
            .thenComparing(Key::orgId)
            .thenComparing(Key::rule)
            .thenComparing(Key::subject)
            .thenComparing(Key::kind);

    @Override
    public int compareTo(Key other) {
      return ORDER.compare(this, other);
    }
  }

  @Override
  public String what() {
    return "automations";
  }

  @Override
  public Comparable<?> key(AlertChange change) {
    return new Key(
        change.atMs(), change.orgId(), change.rule().code(), change.subject(), change.kind());
  }

  @Override
  public boolean covers(AlertChange newer, AlertChange older) {
    return true;
  }

  @Override
  public Map<String, Object> reference(AlertChange change) {
    return Map.of(
        "table",
        "automations",
        "org_id",
        change.orgId(),
        "rule",
        change.rule().code(),
        "subject",
        change.subject(),
        "change",
        change.kind(),
        "at",
        Instant.ofEpochMilli(change.atMs()).toString());
  }

  @Override
  public void write(Connection connection, List<AlertChange> changes) throws SQLException {
    for (AlertChange change : changes) {
      switch (change.kind()) {
        case OPENED -> open(connection, change);
        case CLEARED -> clear(connection, change);
      }
    }
  }

  private static void open(Connection connection, AlertChange change) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(OPEN)) {
      insert.setObject(1, change.automationId());
      insert.setObject(2, change.orgId());
      insert.setString(3, change.rule().code());
      insert.setString(4, change.subject());
      insert.setString(5, change.rule().title());
      insert.setObject(6, at(change));
      insert.setString(7, json(change.evidence()));
      insert.setObject(8, change.orgId());
      insert.setString(9, change.rule().code());
      insert.setString(10, change.subject());
      insert.setObject(11, at(change));
      insert.executeUpdate();
    }
  }

  private static void clear(Connection connection, AlertChange change) throws SQLException {
    try (PreparedStatement update = connection.prepareStatement(CLEAR)) {
      update.setObject(1, at(change));
      update.setString(2, json(change.evidence()));
      update.setObject(3, at(change));
      update.setObject(4, change.orgId());
      update.setString(5, change.rule().code());
      update.setString(6, change.subject());
      update.setObject(7, at(change));
      update.executeUpdate();
    }
  }

  private static OffsetDateTime at(AlertChange change) {
    return Instant.ofEpochMilli(change.atMs()).atOffset(ZoneOffset.UTC);
  }

  private static String json(Evidence evidence) {
    return new String(Json.bytes(evidence), StandardCharsets.UTF_8);
  }
}
