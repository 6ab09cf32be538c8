package dev.kinebeam.catalog.db;

import dev.kinebeam.schemas.Masked;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.internal.exception.sqlExceptions.FlywaySqlUnableToConnectToDbException;

/**
 * The schema's migrations, applied by a login that owns the tables; programs log in as members of
 * the group roles that the migrations make, and cannot apply them.
 */
public final class Migrations {
  private final String url;
  private final Flyway flyway;

  /** The migrations of a database. */
  public Migrations(String url, String owner, String password) {
    this.url = url;
    flyway =
        Flyway.configure()
            .dataSource(url, owner, password)
            .locations("classpath:db/migration")
            .load();
  }

  /**
   * The newest applied version; empty in a database without a schema.
   *
   * @throws IOException when the database does not answer
   */
  public Optional<String> version() throws IOException {
    return reporting(
        () ->
            Optional.ofNullable(flyway.info().current())
                .map(MigrationInfo::getVersion)
                .map(String::valueOf));
  }

  /**
   * What is to be applied, such as {@code V30 what renders cost}, the oldest first.
   *
   * @throws IOException when the database does not answer
   */
  public List<String> pending() throws IOException {
    return reporting(
        () ->
            Arrays.stream(flyway.info().pending())
                .map(migration -> "V" + migration.getVersion() + " " + migration.getDescription())
                .toList());
  }

  /**
   * Applies what is pending, each migration in a transaction of its own.
   *
   * @return how many were applied
   * @throws IOException naming the migration that failed; the ones before it stay applied
   */
  public int apply() throws IOException {
    return reporting(() -> flyway.migrate().migrationsExecuted);
  }

  private <T> T reporting(Supplier<T> work) throws IOException {
    try {
      return work.get();
    } catch (FlywaySqlUnableToConnectToDbException e) {
      String reason = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      throw new IOException(
          "the database at %s did not answer: %s"
              .formatted(Masked.address(url), Masked.message(reason, url)),
          e);
    } catch (FlywayException e) {
      throw new IOException(
          "the schema could not be migrated: " + Masked.message(e.getMessage(), url), e);
    }
  }
}
