package dev.kinebeam.pipelines.alerts;

import dev.kinebeam.beam.RowSink;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.alert.Evidence;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.Update;

/**
 * {@code automations}: a change that is written again finds that it has happened and does nothing,
 * so that the outbox, which the table's triggers keep, holds each change once.
 */
public final class AutomationTable implements RowSink<AlertChange> {
  private static final long serialVersionUID = 1L;

  /**
   * Nothing is opened while the condition has not ended, also not for another opening time: a job
   * that replays judges at other moments than before. An opening older than a clearing is a replay.
   */
  private static final String OPEN =
      """
      INSERT INTO automations (automation_id, org_id, rule, subject, title, opened_at, evidence)
      SELECT :id, :org, :rule, :subject, :title, :at, :evidence::jsonb
       WHERE NOT EXISTS (
               SELECT FROM automations
                WHERE org_id = :org AND rule = :rule AND subject = :subject
                  AND (cleared_at IS NULL OR cleared_at >= :at))
      ON CONFLICT DO NOTHING
      """;

  private static final String CLEAR =
      """
      UPDATE automations
         SET cleared_at = :at, clearing_evidence = :evidence::jsonb, state = 'resolved',
             snoozed_until = NULL, resolved_at = coalesce(resolved_at, :at),
             resolved_by = coalesce(resolved_by, 'condition')
       WHERE org_id = :org AND rule = :rule AND subject = :subject
         AND cleared_at IS NULL AND opened_at <= :at
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
  public void write(Handle handle, List<AlertChange> changes) {
    for (AlertChange change : changes) {
      switch (change.kind()) {
        case OPENED ->
            of(change, handle.createUpdate(OPEN))
                .bind("id", change.automationId())
                .bind("title", change.rule().title())
                .execute();
        case CLEARED -> of(change, handle.createUpdate(CLEAR)).execute();
      }
    }
  }

  private static Update of(AlertChange change, Update statement) {
    return statement
        .bind("org", change.orgId())
        .bind("rule", change.rule().code())
        .bind("subject", change.subject())
        .bind("at", at(change))
        .bind("evidence", json(change.evidence()));
  }

  private static OffsetDateTime at(AlertChange change) {
    return Instant.ofEpochMilli(change.atMs()).atOffset(ZoneOffset.UTC);
  }

  private static String json(Evidence evidence) {
    return new String(Json.bytes(evidence), StandardCharsets.UTF_8);
  }
}
