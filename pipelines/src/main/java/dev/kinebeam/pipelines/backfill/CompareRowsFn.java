package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.beam.ComparedTable;
import dev.kinebeam.beam.RowDifference;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.jdbi.v3.core.Handle;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Compares rows with a table, in batches, and counts what differs in each column. A row that is
 * missing for a good reason is counted under that reason and is not a difference.
 */
final class CompareRowsFn<R> extends DoFn<R, Void> {
  private static final Logger LOG = LoggerFactory.getLogger(CompareRowsFn.class);
  private static final int BATCH_ROWS = 500;

  private final DatabaseSettings database;
  private final ComparedTable<R> table;
  private final SerializableFunction<R, AbsenceRules.Row> whose;
  private transient DatabaseSession session;
  private transient List<R> batch;

  CompareRowsFn(
      DatabaseSettings database,
      ComparedTable<R> table,
      SerializableFunction<R, AbsenceRules.Row> whose) {
    this.database = database;
    this.table = table;
    this.whose = whose;
  }

  @StartBundle
  public void startBundle() {
    batch = new ArrayList<>();
  }

  @ProcessElement
  public void process(@Element R row) throws SQLException {
    batch.add(row);
    if (batch.size() >= BATCH_ROWS) {
      compare();
    }
  }

  @FinishBundle
  public void finishBundle() throws SQLException {
    if (!batch.isEmpty()) {
      compare();
    }
  }

  private void compare() throws SQLException {
    if (session == null) {
      session = database.session();
    }
    session.read(
        handle -> {
          compare(handle);
          return batch.size();
        });
    batch.clear();
  }

  private void compare(Handle handle) throws SQLException {
    List<RowDifference> differences = table.differences(handle, batch);
    for (int i = 0; i < differences.size(); i++) {
      RowDifference difference = differences.get(i);
      if (difference.missing()) {
        countMissing(handle, batch.get(i));
      } else if (!difference.columns().isEmpty()) {
        LOG.warn("{} differs in {} from {}", table.name(), difference.columns(), batch.get(i));
        difference
            .columns()
            .forEach(
                c ->
                    BackfillCounters.counter(BackfillCounters.DIFFERS + table.name() + "." + c)
                        .inc());
      }
    }
  }

  private void countMissing(Handle handle, R row) {
    Optional<AbsenceRules.Kind> reason = AbsenceRules.why(handle, whose.apply(row), Instant.now());
    if (reason.isPresent()) {
      BackfillCounters.counter(
              BackfillCounters.ABSENT + table.name() + " (" + reason.get().words + ")")
          .inc();
    } else {
      BackfillCounters.counter(BackfillCounters.DIFFERS + table.name() + BackfillReport.MISSING)
          .inc();
      LOG.warn("{} lacks {}", table.name(), row);
    }
  }

  @Teardown
  public void teardown() throws SQLException {
    if (session != null) {
      session.close();
    }
  }
}
