package dev.kinebeam.catalog.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.SQLException;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.SqlStatements;
import org.jdbi.v3.core.statement.StatementContext;
import org.jdbi.v3.core.statement.StatementContextListener;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Transactions and failures of statements by Jdbi on a connection of its own. */
@Tag("servers")
class DatabaseSessionScenarioTest {
  private static final String TWO = "SELECT generate_series(1, 2)";
  private static TestDatabase db;

  @BeforeAll
  static void start() throws Exception {
    db = new TestDatabase();
    db.owner().useHandle(handle -> handle.execute("CREATE TABLE notes (n int)"));
  }

  @AfterAll
  static void stop() {
    db.close();
  }

  private static DatabaseSession session() throws SQLException {
    return new DatabaseSettings(db.url("postgres"), "postgres", "").session();
  }

  private static List<Integer> notes() {
    return db.owner()
        .withHandle(
            handle -> handle.createQuery("SELECT n FROM notes").mapTo(Integer.class).list());
  }

  @Test
  void eachTransactionEndsWithItsWork() throws SQLException {
    try (DatabaseSession session = session()) {
      for (int n = 1; n <= 2; n++) {
        int note = n;
        session.commit(handle -> handle.execute("INSERT INTO notes VALUES (?)", note));
      }
      assertThat(notes()).containsExactly(1, 2);

      session.read(handle -> handle.execute("DELETE FROM notes"));
      assertThat(notes()).containsExactly(1, 2);
      assertThat(openTransactions()).isZero();
    } finally {
      db.owner().useHandle(handle -> handle.execute("DELETE FROM notes"));
    }
  }

  @Test
  void noStatementStaysOpenWhileTheSessionDoes() throws SQLException {
    Set<StatementContext> open = Collections.newSetFromMap(new IdentityHashMap<>());
    try (DatabaseSession session = session()) {
      session.read(handle -> observe(handle, open));
      session.read(handle -> handle.execute("SELECT ?", 1));
      session.read(handle -> handle.createUpdate("DELETE FROM notes").execute());
      session.read(handle -> handle.createQuery(TWO).mapTo(Integer.class).list());
      session.read(handle -> handle.createQuery(TWO).mapTo(Integer.class).set());
      session.read(handle -> handle.createQuery(TWO).mapTo(Integer.class).findFirst());
      session.read(handle -> handle.select("SELECT ?", 1).mapTo(Integer.class).one());
      session.read(handle -> handle.createQuery("SELECT 1").mapTo(Integer.class).findOne());
      session.read(
          handle -> handle.createQuery(TWO).mapTo(Integer.class).collect(Collectors.toList()));
      session.read(
          handle -> handle.createQuery(TWO).reduceResultSet(0, (sum, row, context) -> sum + 1));
      assertThatThrownBy(() -> session.read(handle -> handle.execute("SELECT 1 / 0")))
          .isInstanceOf(SQLException.class);
      assertThat(open).isEmpty();
    }
  }

  private static boolean observe(Handle handle, Set<StatementContext> open) {
    handle
        .getConfig(SqlStatements.class)
        .addContextListener(
            new StatementContextListener() {
              @Override
              public void contextCreated(StatementContext context) {
                open.add(context);
              }

              @Override
              public void contextCleaned(StatementContext context) {
                open.remove(context);
              }
            });
    return true;
  }

  private static int openTransactions() {
    return db.owner()
        .withHandle(
            handle ->
                handle
                    .createQuery(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND state LIKE 'idle in transaction%'")
                    .mapTo(Integer.class)
                    .one());
  }

  @Test
  void aFailureIsTheDriversAndTakesNothingWithIt() throws SQLException {
    try (DatabaseSession session = session()) {
      assertThatThrownBy(
              () ->
                  session.commit(
                      handle -> {
                        handle.execute("INSERT INTO notes VALUES (7)");
                        return handle.execute("SELECT length(?) / 0", "a secret");
                      }))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("22012"))
          .satisfies(e -> assertThat(printed(e)).doesNotContain("a secret"));
    }
    assertThat(notes()).isEmpty();
  }

  @Test
  void afterAFailureItGoesOnOnceItIsRolledBack() throws SQLException {
    try (DatabaseSession session = session()) {
      assertThatThrownBy(() -> session.read(handle -> handle.execute("SELECT 1 / 0")))
          .hasMessageContaining("division by zero");
      session.rollback();
      int one = session.read(handle -> handle.select("SELECT 1").mapTo(Integer.class).one());
      assertThat(one).isEqualTo(1);
    }
  }

  @Test
  void aLostConnectionIsTheDriversFailureToo() throws SQLException {
    try (DatabaseSession session = session()) {
      assertThatThrownBy(
              () ->
                  session.commit(
                      handle -> handle.execute("SELECT pg_terminate_backend(pg_backend_pid())")))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).startsWith("57"));
      assertThatThrownBy(() -> session.commit(handle -> handle.execute("SELECT 1")))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
    }
  }

  private static String printed(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
