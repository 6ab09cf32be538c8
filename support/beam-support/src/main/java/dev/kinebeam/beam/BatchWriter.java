package dev.kinebeam.beam;

import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.retry.Retrier;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * Writes batches in transactions over one connection, opened when first needed and again after a
 * failure. Not thread-safe.
 */
final class BatchWriter<R> implements AutoCloseable {
  private final DatabaseSettings database;
  private final RowSink<R> sink;
  private final Retrier retrier;
  private DatabaseSession session;

  BatchWriter(DatabaseSettings database, RowSink<R> sink, Retrier retrier) {
    this.database = database;
    this.sink = sink;
    this.retrier = retrier;
  }

  /**
   * Commits {@code rows}, whose keys differ and are sorted. Rows that the database itself refuses
   * are found by halving and given to {@code refused}; all others are committed.
   *
   * @throws SQLException when the retrier gives up or no row could ever be written
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
    return retrier.call(() -> attemptOnce(rows));
  }

  private SQLException attemptOnce(List<R> rows) throws SQLException {
    try {
      if (session == null) {
        session = database.session();
      }
      session.commit(
          handle -> {
            sink.write(handle, rows);
            return rows.size();
          });
      return null;
    } catch (RefusedRows e) {
      try {
        session.rollback();
      } catch (SQLException lost) {
        abandon(lost);
      }
      return e;
    } catch (SQLException e) {
      abandon(e);
      if (SqlFailure.of(e) == SqlFailure.BAD_ROW) {
        return e;
      }
      throw e;
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
    DatabaseSession open = session;
    session = null;
    if (open != null) {
      open.close();
    }
  }
}
