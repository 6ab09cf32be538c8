package dev.kinebeam.catalog.db;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.database.DatabaseUnavailableException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jdbi.v3.core.ConnectionException;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jdbi.v3.core.transaction.TransactionIsolationLevel;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A pool of connections and the two ways to use them: for one organisation, under row-level
 * security, or for the catalogue, which belongs to none. Thread-safe. All methods throw {@link
 * DatabaseUnavailableException} when the database cannot be reached, and another {@link
 * JdbiException} when it refuses a statement. The messages of both have no value that was bound and
 * no row, which may be a patient's.
 */
public final class Database implements AutoCloseable {
  private final DataSource source;
  private final Jdbi jdbi;
  private final ConnectionFactory unpooled;
  private final Pool pool;
  private final ThreadLocal<Boolean> inTransaction = ThreadLocal.withInitial(() -> false);

  /** Where a database's connections are kept between their uses. */
  private interface Pool extends AutoCloseable {
    /** Closes a connection that is in use, instead of lending it again. */
    void evict(Connection connection);

    @Override
    void close();

    /** Of a data source whose connections are each used once. */
    static Pool none() {
      return new Pool() {
        @Override
        public void evict(Connection connection) {}

        @Override
        public void close() {}
      };
    }

    static Pool of(HikariDataSource source) {
      return new Pool() {
        @Override
        public void evict(Connection connection) {
          source.evictConnection(connection);
        }

        @Override
        public void close() {
          source.close();
        }
      };
    }
  }

  private Database(DataSource source, ConnectionFactory unpooled, Pool pool) {
    this.source = source;
    this.jdbi = jdbi(source);
    this.unpooled = unpooled;
    this.pool = pool;
  }

  /** Opens the usual pool of a program. The database need not be up: the first use reports it. */
  public static Database open(DatabaseSettings settings) {
    return open(settings, 8, Duration.ofSeconds(3));
  }

  /**
   * As {@link #open(DatabaseSettings)}.
   *
   * @param poolSize the most connections held
   * @param maxWait how long a caller waits for a connection before the database counts as
   *     unavailable
   */
  public static Database open(DatabaseSettings settings, int poolSize, Duration maxWait) {
    HikariConfig hikari = new HikariConfig();
    hikari.setPoolName("kinebeam");
    hikari.setJdbcUrl(settings.url());
    // By name: DriverManager does not see what only a job's class loader has.
    hikari.setDriverClassName("org.postgresql.Driver");
    hikari.setUsername(settings.user());
    hikari.setPassword(settings.password());
    hikari.setMaximumPoolSize(poolSize);
    hikari.setMinimumIdle(1);
    hikari.setConnectionTimeout(maxWait.toMillis());
    hikari.setValidationTimeout(Math.min(1000, maxWait.toMillis()));
    hikari.setInitializationFailTimeout(-1);
    hikari.addDataSourceProperty("tcpKeepAlive", "true");
    // A server that vanished silently must not hold a caller for as long as the kernel waits.
    hikari.addDataSourceProperty("socketTimeout", "20");
    hikari.addDataSourceProperty("connectTimeout", "3");
    // The detail of a refusal quotes the row or its key.
    hikari.addDataSourceProperty("logServerErrorDetail", "false");
    HikariDataSource pool = new HikariDataSource(hikari);
    return new Database(pool, () -> settings.connect(3, 5), Pool.of(pool));
  }

  /** Connections of one's own, outside of any pool. The database need not be up yet. */
  public static DataSource unpooled(DatabaseSettings config) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setURL(config.url());
    source.setUser(config.user());
    source.setPassword(config.password());
    source.setTcpKeepAlive(true);
    source.setConnectTimeout(3);
    source.setSocketTimeout(20);
    source.setLogServerErrorDetail(false);
    return source;
  }

  /** Uses connections of a data source that the caller closes. */
  public static Database over(DataSource source) {
    return new Database(source, source::getConnection, Pool.none());
  }

  /** The pool's connections, for a library that takes them itself. */
  public DataSource connections() {
    return source;
  }

  private static Jdbi jdbi(DataSource source) {
    return DatabaseSession.configured(Jdbi.create(source));
  }

  /** Runs {@code work} in one transaction that sees the rows of {@code orgId} and no others. */
  public <T, X extends Exception> T inOrg(UUID orgId, HandleCallback<T, X> work) throws X {
    return inTransaction(handle -> forOrg(handle, orgId, work));
  }

  /** As {@link #inOrg} for an organisation, as {@link #inTransaction} for a caller without one. */
  public <T, X extends Exception> T inOrgOf(Optional<UUID> organisation, HandleCallback<T, X> work)
      throws X {
    return organisation.isPresent() ? inOrg(organisation.get(), work) : inTransaction(work);
  }

  /**
   * As {@link #inOrgOf} for one SELECT that is asked for often. Without an organisation it is its
   * own transaction, which saves one of two exchanges with the database.
   */
  public <T, X extends Exception> T readOnce(
      Optional<UUID> organisation, HandleCallback<T, X> select) throws X {
    return organisation.isPresent() ? inOrg(organisation.get(), select) : alone(select);
  }

  /**
   * As {@link #inOrg}, and every statement of {@code work}, which only reads, sees the rows as they
   * are at one and the same moment.
   */
  public <T, X extends Exception> T inOrgAtOneMoment(UUID orgId, HandleCallback<T, X> work)
      throws X {
    return alone(
        handle ->
            handle.inTransaction(
                TransactionIsolationLevel.REPEATABLE_READ, open -> forOrg(open, orgId, work)));
  }

  private static <T, X extends Exception> T forOrg(
      Handle handle, UUID orgId, HandleCallback<T, X> work) throws X {
    handle
        // A query whose caller has given up (the socket is cut at 20 s) must not continue.
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
    return alone(handle -> handle.inTransaction(work));
  }

  private <T, X extends Exception> T alone(HandleCallback<T, X> transaction) throws X {
    if (inTransaction.get()) {
      throw new IllegalStateException(
          "a transaction inside of another would join it: pass the outer one's Handle on, or end it"
              + " first");
    }
    inTransaction.set(true);
    try {
      return lent(transaction);
    } catch (JdbiException e) {
      throw unavailableOr(e);
    } finally {
      inTransaction.remove();
    }
  }

  /**
   * Runs {@code work} on a connection, which is lent again only if all of the server's answers were
   * certainly read: what is left of one would be the next borrower's answer.
   */
  private <T, X extends Exception> T lent(HandleCallback<T, X> work) throws X {
    try (Handle handle = jdbi.open()) {
      boolean inOrder = false;
      try {
        T result = work.withHandle(handle);
        inOrder = true;
        return result;
      } catch (Throwable e) {
        inOrder = AnswersRead.allBefore(e);
        throw e;
      } finally {
        if (!inOrder) {
          pool.evict(handle.getConnection());
        }
      }
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
      return lent(handle -> handle.createQuery("SELECT 1").mapTo(Integer.class).one() == 1);
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
    pool.close();
  }
}
