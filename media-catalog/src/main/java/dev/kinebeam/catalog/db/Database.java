package dev.kinebeam.catalog.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.kinebeam.program.database.DatabaseUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.jdbi.v3.postgres.PostgresPlugin;
import org.postgresql.Driver;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A pool of connections and the two ways to use them: for one organisation, under row-level
 * security, or for the catalogue, which belongs to none. Thread-safe. All methods throw {@link
 * DatabaseUnavailableException} when the database cannot be reached, and another {@link
 * JdbiException} when it refuses a statement.
 */
public final class Database implements AutoCloseable {
  private final Jdbi jdbi;
  private final ConnectionFactory unpooled;
  private final AutoCloseable pool;
  private final ThreadLocal<Boolean> inTransaction = ThreadLocal.withInitial(() -> false);

  private Database(Jdbi jdbi, ConnectionFactory unpooled, AutoCloseable pool) {
    this.jdbi = jdbi;
    this.unpooled = unpooled;
    this.pool = pool;
  }

  /** Opens a pool. The database need not be available yet: the first use fails if it is not. */
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
    return new Database(jdbi(pool), () -> connect(config), pool);
  }

  private static Connection connect(DatabaseConfig config) throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", config.user());
    properties.setProperty("password", config.password());
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("connectTimeout", "3");
    properties.setProperty("socketTimeout", "5");
    Connection connection = new Driver().connect(config.url(), properties);
    if (connection == null) {
      throw new SQLException("the database's address does not begin with jdbc:postgresql:");
    }
    return connection;
  }

  /** Connections of one's own, outside of any pool. The database need not be up yet. */
  public static DataSource unpooled(DatabaseConfig config) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(config.url());
    source.setUser(config.user());
    source.setPassword(config.password());
    source.setTcpKeepAlive(true);
    source.setConnectTimeout(3);
    source.setSocketTimeout(20);
    return source;
  }

  /** Uses connections of a data source that the caller closes. */
  public static Database over(DataSource source) {
    return new Database(jdbi(source), source::getConnection, () -> {});
  }

  private static Jdbi jdbi(DataSource source) {
    return Jdbi.create(source).installPlugin(new PostgresPlugin());
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
    return alone(
        () ->
            jdbi.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ, handle -> forOrg(handle, orgId, work)));
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

  /**
   * Runs {@code work} in one transaction without an organisation: for the catalogue.
   *
   * @throws IllegalStateException when this thread is in a transaction of this database already:
   *     the inner one would join it, see its snapshot and its {@code now()}, and end only with it
   */
  public <T, X extends Exception> T inTransaction(HandleCallback<T, X> work) throws X {
    return alone(() -> jdbi.inTransaction(work));
  }

  /** One whole transaction. */
  @FunctionalInterface
  private interface Transaction<T, X extends Exception> {
    T run() throws X;
  }

  private <T, X extends Exception> T alone(Transaction<T, X> transaction) throws X {
    if (inTransaction.get()) {
      throw new IllegalStateException(
          "a transaction inside of another would join it: pass the outer one's Handle on, or end it"
              + " first");
    }
    inTransaction.set(true);
    try {
      return transaction.run();
    } catch (JdbiException e) {
      throw unavailableOr(e);
    } finally {
      inTransaction.remove();
    }
  }

  /**
   * Takes the lock {@code name} on a connection of its own, outside of the pool and of any
   * transaction; empty when another session holds it.
   */
  public Optional<SessionLock> tryLock(String name) {
    try {
      return SessionLock.tryTake(unpooled.openConnection(), name);
    } catch (SQLException e) {
      throw new DatabaseUnavailableException(e);
    }
  }

  private static RuntimeException unavailableOr(JdbiException e) {
    return e instanceof ConnectionException || DatabaseUnavailableException.causedBy(e)
        ? new DatabaseUnavailableException(e)
        : e;
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
