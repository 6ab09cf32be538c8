package dev.kinebeam.beam;

import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.event.DeadLetter;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;

/**
 * Merges rows into a table, each bundle in transactions of at most {@link #BATCH_ROWS} rows, sorted
 * by key so that two writers cannot wait for each other in a circle. When the bundle ends its rows
 * are committed. A lost connection, a deadlock or a restarting database is waited for; a row that
 * the database refuses becomes a dead letter, which names the row and holds none of its values, and
 * does not stop the others.
 */
public final class UpsertRows<R> extends PTransform<PCollection<R>, PCollection<DeadLetter>> {
  /** Large enough to pay for the round trip, small enough to hold no locks for long. */
  static final int BATCH_ROWS = 1000;

  private final DatabaseSettings database;
  private final RowSink<R> sink;
  private final Duration timeLimit;

  private UpsertRows(DatabaseSettings database, RowSink<R> sink, Duration timeLimit) {
    this.database = database;
    this.sink = sink;
    this.timeLimit = timeLimit;
  }

  /** Waits up to five minutes for the database before the bundle fails and the job restarts. */
  public static <R> UpsertRows<R> into(DatabaseSettings database, RowSink<R> sink) {
    return new UpsertRows<>(database, sink, Duration.standardMinutes(5));
  }

  public UpsertRows<R> waitingUpTo(Duration limit) {
    return new UpsertRows<>(database, sink, limit);
  }

  @Override
  public PCollection<DeadLetter> expand(PCollection<R> rows) {
    return rows.apply("Merge rows", ParDo.of(new UpsertFn<>(database, sink, timeLimit)))
        .setCoder(JsonCoder.of(DeadLetter.class));
  }
}
