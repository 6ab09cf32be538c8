package dev.kinebeam.trials.bench.clinic;

import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.trials.bench.measure.Console;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Thirteen months of sessions and stalls of many organisations, made by the server itself. Indexes
 * are taken away first and built over the finished tables.
 */
final class ClinicFill {
  /** How many organisations there are. */
  static final int ORGS = 50;

  /** Raised when the filled rows change, so that a kept database is filled anew. */
  static final int VERSION = 4;

  private static final int MONTHS = 13;
  private static final int WORKERS = 2;
  private static final String SESSIONS = "media_session_metrics";
  private static final String STALLS = "media_waits";

  private final Endpoints.Database database;
  private final Console console;

  ClinicFill(Endpoints.Database database, Console console) {
    this.database = database;
    this.console = console;
  }

  /** A finished fill: its rows, and the end of the time in which sessions began. */
  record Filled(long sessions, long stalls, Instant until) {}

  /** A part of the time in which sessions begin: at most one month, so one partition. */
  private record Month(String name, Instant from, Instant to, long rows) {}

  /** Fills an empty database. */
  Filled fill(long rows, Instant until)
      throws SQLException, IOException, InterruptedException, ExecutionException {
    long begun = System.nanoTime();
    List<String> indexes;
    try (Connection admin = connect()) {
      run(admin, "SELECT ensure_media_partitions(now(), " + MONTHS + ", 2)");
      for (String sql : statements("reference", Map.of("rows", rows, "orgs", ORGS))) {
        run(admin, sql);
      }
      for (String sql : statements("workouts", Map.of("until", "'" + until + "'"))) {
        run(admin, sql);
      }
      indexes = dropIndexes(admin);
    }
    List<Month> months = months(rows, until);
    ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
    try {
      List<Future<?>> filling = new ArrayList<>();
      for (Month month : months) {
        filling.add(workers.submit(() -> fill(month)));
      }
      await(filling, "months filled", begun);
      List<Future<?>> indexing = new ArrayList<>();
      for (String sql : indexes) {
        indexing.add(workers.submit(() -> runAlone(sql)));
      }
      await(indexing, "indexes built", begun);
      List<Future<?>> counting = new ArrayList<>();
      for (String week : weeks()) {
        // Rows that go straight into a partition pass the triggers by.
        String sql = "SELECT reconcile_media_week('" + week + "', 'bench')";
        counting.add(workers.submit(() -> runAlone(sql)));
      }
      await(counting, "weeks counted", begun);
      List<Future<?>> days = new ArrayList<>();
      // One after the other, since each takes the lock of the sessions' writers.
      days.add(
          workers.submit(
              () ->
                  runAlone(
                      "SELECT count(count_media_day(org, wanted))"
                          + " FROM uncounted_media_days(1000000)")));
      await(days, "days counted", begun);
      List<Future<?>> vacuuming =
          List.of(
              workers.submit(() -> runAlone("VACUUM (ANALYZE) " + SESSIONS)),
              workers.submit(() -> runAlone("VACUUM (ANALYZE) " + STALLS)));
      await(vacuuming, "tables analysed", begun);
    } finally {
      workers.shutdownNow();
    }
    runAlone("ANALYZE");
    return counted(until);
  }

  private void await(List<Future<?>> work, String what, long begun)
      throws ExecutionException, InterruptedException {
    int done = 0;
    for (Future<?> part : work) {
      part.get();
      done++;
      console.step(
          "%d of %d %s after %.0f s", done, work.size(), what, (System.nanoTime() - begun) / 1e9);
    }
  }

  private Filled counted(Instant until) throws SQLException {
    String sql =
        "SELECT (SELECT count(*) FROM %s), (SELECT count(*) FROM %s)".formatted(SESSIONS, STALLS);
    try (Connection admin = connect();
        Statement statement = admin.createStatement()) {
      statement.execute("CHECKPOINT");
      try (ResultSet row = statement.executeQuery(sql)) {
        row.next();
        return new Filled(row.getLong(1), row.getLong(2), until);
      }
    }
  }

  private List<String> weeks() throws SQLException {
    List<String> weeks = new ArrayList<>();
    try (Connection admin = connect();
        Statement statement = admin.createStatement();
        ResultSet row = statement.executeQuery("SELECT media_weeks()")) {
      while (row.next()) {
        weeks.add(row.getString(1));
      }
    }
    return weeks;
  }

  private static List<Month> months(long rows, Instant until) {
    YearMonth last = YearMonth.from(until.atOffset(ZoneOffset.UTC));
    Instant first = start(last.minusMonths(MONTHS - 1));
    double span = until.toEpochMilli() - first.toEpochMilli();
    List<Month> months = new ArrayList<>();
    long given = 0;
    for (int i = MONTHS - 1; i >= 0; i--) {
      YearMonth month = last.minusMonths(i);
      Instant to = i == 0 ? until : start(month.plusMonths(1));
      long due =
          i == 0 ? rows : Math.round(rows * (to.toEpochMilli() - first.toEpochMilli()) / span);
      String name = "_%d_%02d".formatted(month.getYear(), month.getMonthValue());
      months.add(new Month(name, start(month), to, due - given));
      given = due;
    }
    return months;
  }

  private static Instant start(YearMonth month) {
    return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  private Void fill(Month month) throws SQLException, IOException {
    Map<String, Object> values =
        Map.of(
            "partition", SESSIONS + month.name(),
            "stalls", STALLS + month.name(),
            "from", "'" + month.from() + "'",
            "to", "'" + month.to() + "'",
            "rows", month.rows());
    try (Connection admin = connect()) {
      run(admin, "SET synchronous_commit = off");
      // The same rows on every fill, as far as draws decide them.
      run(admin, "SELECT setseed(" + Math.floorMod(month.name().hashCode(), 1000) / 1000.0 + ")");
      for (String file : List.of("sessions", "stalls")) {
        for (String sql : statements(file, values)) {
          run(admin, sql);
        }
      }
    }
    return null;
  }

  /** Takes the indexes of both tables away and returns what makes them again. */
  private static List<String> dropIndexes(Connection admin) throws SQLException {
    List<String> makeAgain = new ArrayList<>();
    List<String> drops = new ArrayList<>();
    String constraints =
        "SELECT conrelid::regclass, conname, pg_get_constraintdef(oid) FROM pg_constraint"
            + " WHERE contype IN ('p', 'u') AND conrelid = ANY (?::regclass[])";
    String plain =
        "SELECT indexrelid::regclass, replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ')"
            + " FROM pg_index WHERE indrelid = ANY (?::regclass[])"
            + " AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)";
    String tables = "{" + SESSIONS + "," + STALLS + "}";
    try (PreparedStatement statement = admin.prepareStatement(constraints)) {
      statement.setString(1, tables);
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          String table = found.getString(1);
          drops.add("ALTER TABLE " + table + " DROP CONSTRAINT " + found.getString(2));
          makeAgain.add(
              "ALTER TABLE %s ADD CONSTRAINT %s %s"
                  .formatted(table, found.getString(2), found.getString(3)));
        }
      }
    }
    try (PreparedStatement statement = admin.prepareStatement(plain)) {
      statement.setString(1, tables);
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          drops.add("DROP INDEX " + found.getString(1));
          makeAgain.add(found.getString(2));
        }
      }
    }
    for (String drop : drops) {
      run(admin, drop);
    }
    return makeAgain;
  }

  private Void runAlone(String sql) throws SQLException {
    try (Connection admin = connect()) {
      run(admin, "SET maintenance_work_mem = '256MB'");
      run(admin, "SET synchronous_commit = off");
      run(admin, sql);
    }
    return null;
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** The statements of one of our files, with these values put in. */
  private static List<String> statements(String file, Map<String, Object> values)
      throws IOException {
    String text;
    try (InputStream in = ClinicFill.class.getResourceAsStream("/bench-clinic/" + file + ".sql")) {
      text = new String(in.readAllBytes(), StandardCharsets.UTF_8) + "\n";
    }
    for (Map.Entry<String, Object> value : values.entrySet()) {
      text = text.replace("${" + value.getKey() + "}", value.getValue().toString());
    }
    String bare =
        text.lines().filter(line -> !line.startsWith("--")).collect(Collectors.joining("\n"));
    return Stream.of(bare.split(";\n", -1)).map(String::strip).filter(s -> !s.isEmpty()).toList();
  }

  private Connection connect() throws SQLException {
    Endpoints.Login admin = database.admin();
    return DriverManager.getConnection(database.url(), admin.user(), admin.password());
  }
}
