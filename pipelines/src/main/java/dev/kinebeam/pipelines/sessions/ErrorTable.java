package dev.kinebeam.pipelines.sessions;

import static dev.kinebeam.beam.Column.replaceIf;

import dev.kinebeam.beam.Column;
import dev.kinebeam.beam.ComparedTable;
import dev.kinebeam.beam.MergeTable;
import dev.kinebeam.beam.RowDifference;
import dev.kinebeam.beam.RowSink;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.jdbi.v3.core.Handle;

/**
 * {@code media_session_errors}: of two rows of one error the one stands that was made from more
 * events of its session, since its times are the better ones.
 */
public final class ErrorTable implements RowSink<SessionError>, ComparedTable<SessionError> {
  private static final String RICHER = "n.events_seen >= s.events_seen";

  private static final List<Column<SessionError>> COLUMNS =
      List.of(
          column("error_id", "uuid", SessionError::errorId),
          column("session_id", "uuid", SessionError::sessionId),
          new Column<>("org_id", "uuid", "s.org_id", SessionError::orgId),
          new Column<>("patient_id", "uuid", "s.patient_id", SessionError::patientId),
          column("occurred_at", "timestamptz", r -> Instant.ofEpochMilli(r.occurredAtMs())),
          column("position_seconds", "float8", SessionError::positionSeconds),
          column("code", "text", SessionError::code),
          column("message", "text", SessionError::message),
          column("fatal", "bool", SessionError::fatal),
          column("events_seen", "int4", SessionError::eventsSeen));

  private final MergeTable<SessionError> table =
      new MergeTable<>(
          "media_session_errors",
          List.of("session_id", "error_id"),
          SessionTable.OWNER,
          COLUMNS,
          ErasedPatients.areErased("occurred_at"));
  private final MonthlyPartitions months = new MonthlyPartitions();

  @Override
  public Comparable<?> key(SessionError row) {
    return new EventKey(row.sessionId(), row.errorId());
  }

  @Override
  public boolean covers(SessionError newer, SessionError older) {
    return newer.eventsSeen() >= older.eventsSeen();
  }

  @Override
  public void write(Handle handle, List<SessionError> rows) throws SQLException {
    months.writeInto(
        handle,
        rows,
        SessionError::occurredAtMs,
        () -> {
          SessionOwners.check(handle, rows, ErrorTable::owner);
          int unused = table.merge(handle, rows);
        });
  }

  /** The statement that merges rows, as the golden file has it. */
  String mergeStatement() {
    return table.mergeStatement();
  }

  @Override
  public String what() {
    return "errors";
  }

  @Override
  public Map<String, Object> reference(SessionError row) {
    return Map.of(
        "table",
        name(),
        "org_id",
        row.orgId(),
        "session_id",
        row.sessionId(),
        "error_id",
        row.errorId(),
        "occurred_at",
        Instant.ofEpochMilli(row.occurredAtMs()).toString());
  }

  private static SessionOwners.Row owner(SessionError row) {
    return new SessionOwners.Row(
        row.sessionId(),
        row.orgId(),
        row.patientId(),
        row.eventsSeen(),
        row.occurredAtMs(),
        row.occurredAtMs());
  }

  @Override
  public String name() {
    return table.name();
  }

  @Override
  public List<RowDifference> differences(Handle handle, List<SessionError> rows)
      throws SQLException {
    return table.differences(handle, rows);
  }

  private static Column<SessionError> column(
      String name, String type, SerializableFunction<SessionError, Object> value) {
    return new Column<>(name, type, replaceIf(RICHER, name), value);
  }
}
