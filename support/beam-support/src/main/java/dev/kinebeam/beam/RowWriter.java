package dev.kinebeam.beam;

import dev.kinebeam.program.database.JdbcSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes batches in transactions over one connection, opened when first needed and again after a
 * failure. Not thread-safe.
 */
final class RowWriter<R> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(RowWriter.class);
  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 5_000;

  private final JdbcSettings database;
  private final RowSink<R> sink;
  private final long patienceMs;
  private Connection connection;

  RowWriter(JdbcSettings database, RowSink<R> sink, long patienceMs) {
    this.database = database;
    this.sink = sink;
    this.patienceMs = patienceMs;
  }

  /**
   * Commits {@code rows}, whose keys differ and are sorted. Rows that the database itself refuses
   * are found by halving and given to {@code refused}; all others are committed.
   *
   * @throws SQLException when patience is at an end or no row could ever be written
   */
  void write(List<R> rows, BiConsumer<R, SQLException> refused)
      throws SQLException, InterruptedException {
    if (rows.isEmpty()) {
      return;
    }
    SQLException failure = attempt(rows);
    if (failure == null) {
      return;
    }
    if (failure instanceof RefusedRows known) {
      List<R> others = new ArrayList<>();
      for (R row : rows) {
        if (known.refuses(row)) {
          refused.accept(row, known);
        } else {
          others.add(row);
        }
      }
      write(others, refused);
      return;
    }
    if (rows.size() == 1) {
      refused.accept(rows.get(0), failure);
      return;
    }
    int half = rows.size() / 2;
    write(rows.subList(0, half), refused);
    write(rows.subList(half, rows.size()), refused);
  }

  /** Tries until the rows are committed (null) or known to hold a bad one (its failure). */
  private SQLException attempt(List<R> rows) throws SQLException, InterruptedException {
    long deadline = System.nanoTime() + patienceMs * 1_000_000;
    long pause = FIRST_PAUSE_MS;
    int failures = 0;
    while (true) {
      try {
        if (connection == null) {
          connection = database.connect();
        }
        sink.write(connection, rows);
        connection.commit();
        if (failures > 0) {
          LOG.info(
              "{} rows of {} are committed after {} failures", rows.size(), sink.what(), failures);
        }
        return null;
      } catch (RefusedRows e) {
        try {
          connection.rollback();
        } catch (SQLException lost) {
          abandon(lost);
        }
        return e;
      } catch (SQLException e) {
        abandon(e);
        switch (SqlFailure.of(e)) {
          case BAD_ROW -> {
            return e;
          }
          case HOPELESS -> throw e;
          case MAY_HEAL -> {
            if (System.nanoTime() + pause * 1_000_000 > deadline) {
              throw e;
            }
            if (failures++ == 0) {
              LOG.warn(
                  "{} rows of {} wait for the database: {}",
                  rows.size(),
                  sink.what(),
                  e.getMessage());
            }
            Thread.sleep(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
          }
        }
      }
    }
  }

  /** A connection that has failed once is not asked whether it has recovered. */
  private void abandon(SQLException reason) {
    try {
      close();
    } catch (SQLException e) {
      reason.addSuppressed(e);
    }
  }

  @Override
  public void close() throws SQLException {
    Connection open = connection;
    connection = null;
    if (open != null) {
      open.close();
    }
  }
}
