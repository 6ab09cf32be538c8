package dev.kinebeam.programs.migrate;

import dev.kinebeam.catalog.db.Migrations;
import dev.kinebeam.program.cli.DryRunOption;
import dev.kinebeam.program.database.DatabaseOptions;
import dev.kinebeam.program.database.DatabaseSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code migrate}: applies the schema's migrations, before programs of this version start. */
@Command(
    name = "migrate",
    mixinStandardHelpOptions = true,
    description = {
      "Brings the database's schema up to this version.",
      "Run it before the programs of this version start; those of the version before keep running."
    },
    footer = {
      "",
      "The login must own the tables, as programs' logins do not: DATABASE_URL, DATABASE_USER,",
      "DATABASE_PASSWORD."
    })
public final class MigrateCommand implements Callable<Integer> {
  @Mixin private DatabaseOptions database;

  @Mixin private final DryRunOption dryRun = new DryRunOption();

  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws IOException {
    Migrations migrations = migrations();
    PrintWriter out = spec.commandLine().getOut();
    List<String> pending = migrations.pending();
    if (pending.isEmpty()) {
      out.printf("the schema is up to date at V%s%n", migrations.version().orElse("0"));
    } else {
      pending.forEach(
          migration ->
              out.printf("%s %s%n", dryRun.isWanted() ? "pending:" : "applying", migration));
      out.flush();
      if (!dryRun.isWanted()) {
        int applied = migrations.apply();
        out.printf("%d applied; the schema is at V%s%n", applied, migrations.version().orElse("0"));
      }
    }
    out.flush();
    return 0;
  }

  private Migrations migrations() {
    String password = System.getenv("DATABASE_PASSWORD");
    try {
      if (password == null) {
        throw new IllegalArgumentException(
            "DATABASE_PASSWORD is not set: the password of the tables' owner");
      }
      DatabaseSettings owner = database.settings(System.getenv(), "the tables' owners");
      return new Migrations(owner.url(), owner.user(), owner.password());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }
}
