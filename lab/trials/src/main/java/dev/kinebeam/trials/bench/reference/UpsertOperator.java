package dev.kinebeam.trials.bench.reference;

import dev.kinebeam.beam.RowSink;
import dev.kinebeam.pipelines.sessions.ErrorTable;
import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.SessionError;
import dev.kinebeam.pipelines.sessions.SessionMetrics;
import dev.kinebeam.pipelines.sessions.SessionTable;
import dev.kinebeam.pipelines.sessions.Stall;
import dev.kinebeam.pipelines.sessions.WaitTable;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ScheduledFuture;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.ChainingStrategy;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

/** Writes rows in batches of a thousand, every half second and before each checkpoint. */
final class UpsertOperator extends AbstractStreamOperator<Void>
    implements OneInputStreamOperator<MeasuredSession, Void> {
  private static final int BATCH_ROWS = 1000;
  private static final long FLUSH_MS = 500;

  private final DatabaseSettings database;
  private final RowSink<SessionMetrics> sessionTable = new SessionTable();
  private final RowSink<Stall> waitTable = new WaitTable();
  private final RowSink<SessionError> errorTable = new ErrorTable();
  private transient DatabaseSession session;
  private transient SortedMap<Comparable<?>, SessionMetrics> sessions;
  private transient SortedMap<Comparable<?>, Stall> waits;
  private transient SortedMap<Comparable<?>, SessionError> errors;

  UpsertOperator(DatabaseSettings database) {
    this.database = database;
    setChainingStrategy(ChainingStrategy.ALWAYS);
  }

  @Override
  public void open() throws Exception {
    super.open();
    session = database.session();
    sessions = new TreeMap<>();
    waits = new TreeMap<>();
    errors = new TreeMap<>();
    flushLater();
  }

  private void flushLater() {
    long due = getProcessingTimeService().getCurrentProcessingTime() + FLUSH_MS;
    ScheduledFuture<?> unused =
        getProcessingTimeService()
            .registerTimer(
                due,
                time -> {
                  flush();
                  flushLater();
                });
  }

  @Override
  public void processElement(StreamRecord<MeasuredSession> element) throws SQLException {
    MeasuredSession row = element.getValue();
    sessions.put(sessionTable.key(row.metrics()), row.metrics());
    for (Stall stall : row.waits()) {
      waits.put(waitTable.key(stall), stall);
    }
    for (SessionError error : row.errors()) {
      errors.put(errorTable.key(error), error);
    }
    if (sessions.size() >= BATCH_ROWS
        || waits.size() >= BATCH_ROWS
        || errors.size() >= BATCH_ROWS) {
      flush();
    }
  }

  @Override
  public void prepareSnapshotPreBarrier(long checkpointId) throws SQLException {
    flush();
  }

  private void flush() throws SQLException {
    write(sessionTable, sessions);
    write(waitTable, waits);
    write(errorTable, errors);
  }

  private <R> void write(RowSink<R> table, SortedMap<Comparable<?>, R> batch) throws SQLException {
    if (!batch.isEmpty()) {
      List<R> rows = new ArrayList<>(batch.values());
      session.commit(
          handle -> {
            table.write(handle, rows);
            return rows.size();
          });
      batch.clear();
    }
  }

  @Override
  public void close() throws Exception {
    if (session != null) {
      session.close();
    }
    super.close();
  }
}
