package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.beam.RowSink;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;

/** {@code audit_log}: rows are added once and never changed. */
public final class AuditTable implements RowSink<AuditEntry> {
  private static final String INSERT =
      """
      INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
      SELECT n.audit_id, n.org_id, 'telemetry', n.action, n.subject, n.details::jsonb
        FROM unnest(:audit::uuid[], :org::uuid[], :action::text[], :subject::text[],
                    :details::text[])
             AS n(audit_id, org_id, action, subject, details)
      ON CONFLICT DO NOTHING\
      """;

  @Override
  public String what() {
    return "the audit log";
  }

  @Override
  public Comparable<?> key(AuditEntry row) {
    return row.auditId();
  }

  @Override
  public boolean covers(AuditEntry newer, AuditEntry older) {
    return true;
  }

  @Override
  public Map<String, Object> reference(AuditEntry row) {
    return Map.of(
        "table",
        "audit_log",
        "org_id",
        row.orgId(),
        "audit_id",
        row.auditId(),
        "action",
        row.action(),
        "subject",
        row.subject());
  }

  @Override
  public void write(Handle handle, List<AuditEntry> rows) {
    handle
        .createUpdate(INSERT)
        .bindArray("audit", UUID.class, each(rows, AuditEntry::auditId))
        .bindArray("org", UUID.class, each(rows, AuditEntry::orgId))
        .bindArray("action", String.class, each(rows, AuditEntry::action))
        .bindArray("subject", String.class, each(rows, AuditEntry::subject))
        .bindArray("details", String.class, each(rows, AuditEntry::details))
        .execute();
  }

  private static <T> Iterator<T> each(List<AuditEntry> rows, Function<AuditEntry, T> value) {
    return rows.stream().map(value).iterator();
  }
}
