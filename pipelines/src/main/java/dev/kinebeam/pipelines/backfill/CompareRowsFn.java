package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.beam.ComparedTable;
import dev.kinebeam.beam.JdbcSettings;
import dev.kinebeam.beam.RowDifference;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds rows against a table, in batches, and counts what differs in each column. */
final class CompareRowsFn<R> extends DoFn<R, Void> {
  private static final Logger LOG = LoggerFactory.getLogger(CompareRowsFn.class);
  private static final int BATCH_ROWS = 500;

  private final JdbcSettings database;
  private final ComparedTable<R> table;
  private transient Connection connection;
  private transient List<R> batch;

  CompareRowsFn(JdbcSettings database, ComparedTable<R> table) {
    this.database = database;
    this.table = table;
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
    if (connection == null) {
      connection = database.connect();
    }
    List<RowDifference> differences = table.differences(connection, batch);
    connection.rollback();
    for (int i = 0; i < differences.size(); i++) {
      RowDifference difference = differences.get(i);
      if (difference.missing()) {
        Tally.counter(Tally.DIFFERS + table.name() + BackfillReport.MISSING).inc();
        LOG.warn("{} lacks {}", table.name(), batch.get(i));
      } else if (!difference.columns().isEmpty()) {
        LOG.warn("{} differs in {} from {}", table.name(), difference.columns(), batch.get(i));
        difference
            .columns()
            .forEach(c -> Tally.counter(Tally.DIFFERS + table.name() + "." + c).inc());
      }
    }
    batch.clear();
  }

  @Teardown
  public void teardown() throws SQLException {
    if (connection != null) {
      connection.close();
    }
  }
}
