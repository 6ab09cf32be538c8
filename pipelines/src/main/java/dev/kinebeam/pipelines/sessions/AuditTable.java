package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.beam.RowSink;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** {@code audit_log}: rows are added once and never changed. */
public final class AuditTable implements RowSink<AuditEntry> {
  private static final String INSERT =
      """
      INSERT INTO audit_log (audit_id, org_id, actor, action, subject, details)
      SELECT n.audit_id, n.org_id, 'telemetry', n.action, n.subject, n.details::jsonb
        FROM unnest(?::uuid[], ?::uuid[], ?::text[], ?::text[], ?::text[])
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
  public void write(Connection connection, List<AuditEntry> rows) throws SQLException {
    try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
      set(insert, 1, "uuid", rows, AuditEntry::auditId);
      set(insert, 2, "uuid", rows, AuditEntry::orgId);
      set(insert, 3, "text", rows, AuditEntry::action);
      set(insert, 4, "text", rows, AuditEntry::subject);
      set(insert, 5, "text", rows, AuditEntry::details);
      insert.executeUpdate();
    }
  }

  private static void set(
      PreparedStatement insert,
      int at,
      String type,
      List<AuditEntry> rows,
      Function<AuditEntry, Object> value)
      throws SQLException {
    Object[] values = rows.stream().map(value).toArray();
    insert.setArray(at, insert.getConnection().createArrayOf(type, values));
  }
}
