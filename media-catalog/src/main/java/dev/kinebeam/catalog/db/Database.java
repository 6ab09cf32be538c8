package dev.kinebeam.catalog.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.util.UUID;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jdbi.v3.postgres.PostgresPlugin;

/**
 * A pool of connections and the two ways to use them: for one organisation, under row-level
 * security, or for the catalogue, which belongs to none. Thread-safe. All methods throw {@link
 * DatabaseAwayException} when the database cannot be reached, and another {@link JdbiException}
 * when it refuses a statement.
 */
public final class Database implements AutoCloseable {
  private final Jdbi jdbi;
  private final AutoCloseable pool;

  private Database(Jdbi jdbi, AutoCloseable pool) {
    this.jdbi = jdbi;
    this.pool = pool;
  }

  /** Opens a pool. The database need not be up: the first use will tell. */
  public static Database open(DatabaseConfig config) {
    HikariConfig hikari = new HikariConfig();
    hikari.setPoolName("kinebeam");
    hikari.setJdbcUrl(config.url());
    // By name: DriverManager does not see what only a job's class loader has.
    hikari.setDriverClassName("org.postgresql.Driver");
    hikari.setUsername(config.user());
    hikari.setPassword(config.password());
    hikari.setMaximumPoolSize(config.poolSize());
    hikari.setMinimumIdle(1);
    hikari.setConnectionTimeout(config.maxWait().toMillis());
    hikari.setValidationTimeout(Math.min(1000, config.maxWait().toMillis()));
    hikari.setInitializationFailTimeout(-1);
    hikari.addDataSourceProperty("tcpKeepAlive", "true");
    // A server that vanished without a word must not hold a caller for the kernel's patience.
    hikari.addDataSourceProperty("socketTimeout", "20");
    hikari.addDataSourceProperty("connectTimeout", "3");
    HikariDataSource pool = new HikariDataSource(hikari);
    return new Database(jdbi(pool), pool);
  }

  /** Uses connections of somebody else's, who closes them. */
  public static Database over(DataSource source) {
    return new Database(jdbi(source), () -> {});
  }

  private static Jdbi jdbi(DataSource source) {
    return Jdbi.create(source).installPlugin(new PostgresPlugin());
  }

  /**
   * Brings the schema up to date. The user must own it; programs run as members of the group roles
   * that the migrations make, and cannot do this.
   */
  public static void migrate(DataSource owner) {
    Flyway.configure().dataSource(owner).locations("classpath:db/migration").load().migrate();
  }

  /** As {@link #migrate(DataSource)}, with connections of its own. */
  public static void migrate(String url, String user, String password) {
    Flyway.configure()
        .dataSource(url, user, password)
        .locations("classpath:db/migration")
        .load()
        .migrate();
  }

  /** Runs {@code work} in one transaction that sees the rows of {@code orgId} and no others. */
  public <T, X extends Exception> T inOrg(UUID orgId, HandleCallback<T, X> work) throws X {
    return inTransaction(handle -> forOrg(handle, orgId, work));
  }

  /**
   * As {@link #inOrg}, and every statement of {@code work}, which only reads, sees the rows as they
   * are at one and the same moment.
   */
  public <T, X extends Exception> T inOrgAtOneMoment(UUID orgId, HandleCallback<T, X> work)
      throws X {
    try {
      return jdbi.inTransaction(
          TransactionIsolationLevel.REPEATABLE_READ, handle -> forOrg(handle, orgId, work));
    } catch (JdbiException e) {
      throw DatabaseAwayException.told(e);
    }
  }

  private static <T, X extends Exception> T forOrg(
      Handle handle, UUID orgId, HandleCallback<T, X> work) throws X {
    handle
        // A question whose asker has given up (the socket is cut at 20 s) must not go on.
        .createQuery(
            "SELECT set_config('kinebeam.org_id', :org, true)"
                + " || set_config('statement_timeout', '15s', true)")
        .bind("org", orgId.toString())
        .mapTo(String.class)
        .one();
    return work.withHandle(handle);
  }

  /** Runs {@code work} in one transaction without an organisation: for the catalogue. */
  public <T, X extends Exception> T inTransaction(HandleCallback<T, X> work) throws X {
    try {
      return jdbi.inTransaction(work);
    } catch (JdbiException e) {
      throw DatabaseAwayException.told(e);
    }
  }

  /** Whether the database answers now; takes no longer than the pool's wait. */
  public boolean answers() {
    try {
      return jdbi.withHandle(
          handle -> handle.createQuery("SELECT 1").mapTo(Integer.class).one() == 1);
    } catch (JdbiException e) {
      return false;
    }
  }

  /** The running server's own word for its version. */
  public String serverVersion() {
    return inTransaction(
        handle -> handle.createQuery("SHOW server_version").mapTo(String.class).one());
  }

  @Override
  public void close() {
    try {
      pool.close();
    } catch (Exception e) {
      throw new IllegalStateException("the connection pool does not close", e);
    }
  }
}
