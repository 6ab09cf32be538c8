package dev.kinebeam.trials.bench.upsert;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.pipelines.sessions.SessionMetrics;
import dev.kinebeam.pipelines.sessions.SessionTable;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.process.ProgramRole;
import dev.kinebeam.trials.bench.measure.Console;
import dev.kinebeam.trials.bench.measure.Samples;
import dev.kinebeam.trials.bench.measure.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;
import org.postgresql.copy.CopyManager;

/**
 * How fast the job's sink writes session rows, beside {@code COPY} of the same rows into the same
 * table. The sink merges and commits a batch at a time, as the job does; the reference is one
 * statement and one commit.
 */
final class UpsertBench {
  private static final double GOAL = 0.5;
  private static final String TABLE = "media_session_metrics";

  private final Endpoints.Database database;
  private final int batch;
  private final Console console;
  private final List<Double> inserts = new ArrayList<>();
  private final List<Double> updates = new ArrayList<>();
  private final List<Double> copies = new ArrayList<>();
  private final List<Double> copiesByBatch = new ArrayList<>();

  UpsertBench(Endpoints.Database database, int batch, Console console) {
    this.database = database;
    this.batch = batch;
    this.console = console;
  }

  Verdict run(int sessions, int rounds) throws SQLException, IOException {
    console.step("making %,d sessions' rows", sessions);
    BenchSessionRows rows = BenchSessionRows.of(sessions, Instant.now());
    Endpoints.Login login = database.programs().get(ProgramRole.PIPELINE);
    DatabaseSettings pipeline =
        new DatabaseSettings(database.url(), login.user(), login.password());
    try (DatabaseSession sink = pipeline.session();
        Connection admin = admin()) {
      // The first round also makes the partitions and the text that COPY reads.
      console.step("warming up");
      write(sink, rows.live());
      List<byte[]> copied = exported(admin);
      expect(admin, sessions);
      for (int round = 1; round <= rounds; round++) {
        empty(admin);
        inserts.add(rowsPerSecond(sessions, () -> write(sink, rows.live())));
        expect(admin, sessions);
        updates.add(rowsPerSecond(sessions, () -> write(sink, rows.over())));
        expect(admin, sessions);
        empty(admin);
        copies.add(rowsPerSecond(sessions, () -> copy(admin, copied, copied.size())));
        expect(admin, sessions);
        empty(admin);
        copiesByBatch.add(rowsPerSecond(sessions, () -> copy(admin, copied, batch)));
        console.step(
            "round %d: insert %,.0f rows/s, update %,.0f; COPY %,.0f, in batches of %d %,.0f",
            round, last(inserts), last(updates), last(copies), batch, last(copiesByBatch));
      }
    }
    return verdict();
  }

  private interface Work {
    void run() throws SQLException, IOException;
  }

  private static double rowsPerSecond(int rows, Work work) throws SQLException, IOException {
    long begun = System.nanoTime();
    work.run();
    return rows / ((System.nanoTime() - begun) / 1e9);
  }

  private static double last(List<Double> values) {
    return values.get(values.size() - 1);
  }

  private void write(DatabaseSession session, List<SessionMetrics> rows) throws SQLException {
    SessionTable table = new SessionTable();
    for (int from = 0; from < rows.size(); from += batch) {
      List<SessionMetrics> some =
          new ArrayList<>(rows.subList(from, Math.min(rows.size(), from + batch)));
      some.sort(Comparator.comparing(row -> row.identity().sessionId()));
      session.commit(
          handle -> {
            table.write(handle, some);
            return some.size();
          });
    }
  }

  /** The table's rows as lines of COPY's text format, in the order in which they lie there. */
  private static List<byte[]> exported(Connection admin) throws SQLException, IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    copies(admin).copyOut("COPY (SELECT * FROM " + TABLE + ") TO STDOUT", text);
    byte[] all = text.toByteArray();
    List<byte[]> lines = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < all.length; i++) {
      if (all[i] == '\n') {
        lines.add(Arrays.copyOfRange(all, from, i + 1));
        from = i + 1;
      }
    }
    return lines;
  }

  private static void copy(Connection admin, List<byte[]> lines, int atOnce) throws SQLException {
    for (int from = 0; from < lines.size(); from += atOnce) {
      CopyIn in = copies(admin).copyIn("COPY " + TABLE + " FROM STDIN");
      for (byte[] line : lines.subList(from, Math.min(lines.size(), from + atOnce))) {
        in.writeToCopy(line, 0, line.length);
      }
      in.endCopy();
    }
  }

  private static CopyManager copies(Connection admin) throws SQLException {
    return admin.unwrap(PGConnection.class).getCopyAPI();
  }

  /** Empties the table and lets the disk catch up, so that no one pays for another's pages. */
  private static void empty(Connection admin) throws SQLException {
    try (Statement statement = admin.createStatement()) {
      statement.execute("TRUNCATE " + TABLE);
      statement.execute("CHECKPOINT");
    }
  }

  private static void expect(Connection admin, int rows) throws SQLException {
    try (Statement statement = admin.createStatement();
        ResultSet found = statement.executeQuery("SELECT count(*) FROM " + TABLE)) {
      found.next();
      if (found.getLong(1) != rows) {
        throw new IllegalStateException(
            "%s has %d rows and should have %d".formatted(TABLE, found.getLong(1), rows));
      }
    }
  }

  private Connection admin() throws SQLException {
    Endpoints.Login login = database.admin();
    return DriverManager.getConnection(database.url(), login.user(), login.password());
  }

  private Verdict verdict() {
    double insert = Samples.of(inserts).median();
    double update = Samples.of(updates).median();
    double copy = Samples.of(copies).median();
    double byBatch = Samples.of(copiesByBatch).median();
    console.say(
        "insert %,.0f rows/s (%s), update %,.0f (%s); COPY %,.0f (%s), in batches %,.0f",
        insert,
        Samples.of(inserts).spread(),
        update,
        Samples.of(updates).spread(),
        copy,
        Samples.of(copies).spread(),
        byBatch);
    Map<String, Object> more = new LinkedHashMap<>();
    more.put("update", Verdict.rounded(update));
    more.put("update_ratio", Verdict.rounded(update / copy));
    more.put("reference_in_batches", Verdict.rounded(byBatch));
    more.put("ratio_to_batches", Verdict.rounded(insert / byBatch));
    more.put("ours_spread", Samples.of(inserts).spread());
    more.put("reference_spread", Samples.of(copies).spread());
    return new Verdict("upsert", insert, copy, "rows/s", insert / copy, GOAL, more);
  }
}
