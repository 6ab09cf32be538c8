package dev.kinebeam.pipelines.sessions;

import static dev.kinebeam.beam.Column.preferNewIf;
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
 * {@code media_waits}: how a wait ended and what caused it shows best in the row that was made from
 * more events of its session, so that one stands as a whole.
 */
public final class WaitTable implements RowSink<Stall>, ComparedTable<Stall> {
  private static final String RICHER = "n.events_seen >= s.events_seen";

  private static final List<Column<Stall>> COLUMNS =
      List.of(
          column("stall_id", "uuid", Stall::stallId),
          column("session_id", "uuid", r -> r.session().sessionId()),
          // Whose stall it is was settled by whoever wrote first, as in the session's own row.
          new Column<>("org_id", "uuid", "s.org_id", r -> r.session().orgId()),
          new Column<>("patient_id", "uuid", "s.patient_id", r -> r.session().patientId()),
          known("media_id", "text", r -> r.session().mediaId()),
          known("render_id", "uuid", r -> r.session().renderId()),
          column("cause", "text", r -> r.cause().word()),
          column("position_seconds", "float8", Stall::positionSeconds),
          column("started_at", "timestamptz", r -> Instant.ofEpochMilli(r.startedAtMs())),
          column(
              "ended_at",
              "timestamptz",
              r -> r.endedAtMs() == null ? null : Instant.ofEpochMilli(r.endedAtMs())),
          column("duration_ms", "int8", Stall::durationMs),
          column("ended_by", "text", r -> r.endedBy() == null ? null : r.endedBy().word()),
          column("bitrate_before", "int8", r -> r.before().bitrate()),
          column("bitrate_after", "int8", r -> r.after().bitrate()),
          column("resolution_before", "text", r -> r.before().resolution()),
          column("resolution_after", "text", r -> r.after().resolution()),
          column("cdn_response_time_ms", "int8", Stall::cdnResponseTimeMs),
          column("connection_type", "text", Stall::connectionType),
          column("effective_bandwidth", "float8", Stall::effectiveBandwidth),
          column("recovered", "bool", Stall::recovered),
          column("events_seen", "int4", Stall::eventsSeen));

  private final MergeTable<Stall> table =
      new MergeTable<>(
          "media_waits",
          List.of("session_id", "stall_id"),
          SessionTable.OWNER,
          COLUMNS,
          ErasedPatients.areErased("started_at"));
  private final MonthlyPartitions months = new MonthlyPartitions();

  /** The statement that merges rows, as the golden file has it. */
  String mergeStatement() {
    return table.mergeStatement();
  }

  @Override
  public String what() {
    return "waits";
  }

  @Override
  public Comparable<?> key(Stall row) {
    return new EventKey(row.session().sessionId(), row.stallId());
  }

  @Override
  public boolean covers(Stall newer, Stall older) {
    return newer.eventsSeen() >= older.eventsSeen();
  }

  @Override
  public void write(Handle handle, List<Stall> rows) throws SQLException {
    months.writeInto(
        handle,
        rows,
        Stall::startedAtMs,
        () -> {
          // A stall that is not there yet would not meet its owner's, so its session is asked.
          SessionOwners.check(handle, rows, WaitTable::owner);
          int unused = table.merge(handle, rows);
        });
  }

  @Override
  public Map<String, Object> reference(Stall row) {
    return Map.of(
        "table",
        name(),
        "org_id",
        row.session().orgId(),
        "session_id",
        row.session().sessionId(),
        "stall_id",
        row.stallId(),
        "started_at",
        Instant.ofEpochMilli(row.startedAtMs()).toString());
  }

  private static SessionOwners.Row owner(Stall row) {
    Stall.Session session = row.session();
    return new SessionOwners.Row(
        session.sessionId(),
        session.orgId(),
        session.patientId(),
        row.eventsSeen(),
        row.startedAtMs(),
        row.startedAtMs());
  }

  @Override
  public String name() {
    return table.name();
  }

  @Override
  public List<RowDifference> differences(Handle handle, List<Stall> rows) throws SQLException {
    return table.differences(handle, rows);
  }

  /** A fragment without the session's beginning does not know it, however rich it is. */
  private static Column<Stall> known(
      String name, String type, SerializableFunction<Stall, Object> value) {
    return new Column<>(name, type, preferNewIf(RICHER, name), value);
  }

  private static Column<Stall> column(
      String name, String type, SerializableFunction<Stall, Object> value) {
    return new Column<>(name, type, replaceIf(RICHER, name), value);
  }
}
