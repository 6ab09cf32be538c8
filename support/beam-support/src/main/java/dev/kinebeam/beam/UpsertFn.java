package dev.kinebeam.beam;

import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.observability.Dependencies;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.DeadLetter;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** Gathers a bundle's rows, one for each key, and hands them to a {@link BatchWriter}. */
final class UpsertFn<R> extends DoFn<R, DeadLetter> {
  private final DatabaseSettings database;
  private final RowSink<R> sink;
  private final Duration timeLimit;

  private transient Dependencies.Watch watch;
  private transient BatchWriter<R> writer;
  private transient TreeMap<Comparable<?>, R> batch;
  private transient List<DeadLetter> deadLetters;

  UpsertFn(DatabaseSettings database, RowSink<R> sink, Duration timeLimit) {
    this.database = database;
    this.sink = sink;
    this.timeLimit = timeLimit;
  }

  @Setup
  public void setup() {
    watch = database.watch(Dependencies.PROCESS, "rows of " + sink.what());
    RowDelay.begin();
    writer =
        new BatchWriter<>(
            database, sink, SqlFailure.retrier(java.time.Duration.ofMillis(timeLimit.getMillis())));
  }

  @StartBundle
  public void startBundle() {
    batch = new TreeMap<>();
    deadLetters = new ArrayList<>();
  }

  @ProcessElement
  public void process(@Element R row) throws SQLException, InterruptedException {
    Comparable<?> key = sink.key(row);
    R before = batch.get(key);
    if (before != null && !sink.covers(row, before)) {
      flush();
    }
    batch.put(key, row);
    if (batch.size() >= UpsertRows.BATCH_ROWS) {
      flush();
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) throws SQLException, InterruptedException {
    flush();
    for (DeadLetter deadLetter : deadLetters) {
      context.output(deadLetter, Instant.now(), GlobalWindow.INSTANCE);
    }
  }

  private void flush() throws SQLException, InterruptedException {
    List<R> rows = new ArrayList<>(batch.values());
    batch.clear();
    writer.write(rows, this::refuse);
    rows.stream()
        .map(sink::receivedAtMs)
        .filter(OptionalLong::isPresent)
        .mapToLong(OptionalLong::getAsLong)
        .min()
        .ifPresent(oldest -> RowDelay.committed(oldest, System.currentTimeMillis()));
  }

  private void refuse(R row, SQLException e) {
    deadLetters.add(
        e instanceof RefusedRows known
            ? known.deadLetter(row)
            : DeadLetter.of(
                "upsert",
                new FieldError("", "refused_by_database", e.getMessage()),
                Json.bytes(sink.reference(row))));
  }

  @Teardown
  public void teardown() throws SQLException {
    if (watch != null) {
      watch.close();
      watch = null;
      RowDelay.end();
    }
    if (writer != null) {
      writer.close();
    }
  }
}
