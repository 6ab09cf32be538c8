package dev.kinebeam.pipelines.upkeep;

import dev.kinebeam.beam.JdbcSettings;
import dev.kinebeam.catalog.archive.ArchiveStore;
import dev.kinebeam.catalog.archive.BrokenObject;
import dev.kinebeam.pipelines.rights.MaintenanceLogin;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code ./kinebeam maintain}: what a scheduler calls every night. */
@Command(
    name = "maintain",
    mixinStandardHelpOptions = true,
    description = "Does the recurring work and ends; harmless to repeat. For a nightly schedule.",
    footer = {
      "",
      "Tasks, in the order in which they are done:",
      "  partitions  makes room for months to come, drops months past retention",
      "  reconcile   counts the weekly counts anew and mends what differs",
      "  changes     removes changes of automations that are told and past retention",
      "  erasures    does the latest erasures again, for what came late into the archive",
      "  recordings  deletes recordings of sessions that are no more",
      "From the environment: DATABASE_PASSWORD; for the last two tasks also S3_ARCHIVE_BUCKET,",
      "S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY.",
      "Exit status: 0 done, 1 failure or an archive object that cannot be read, 2 wrong usage."
    })
public final class MaintainMain implements Callable<Integer> {
  /** One kind of work. */
  enum Task {
    PARTITIONS,
    RECONCILE,
    CHANGES,
    ERASURES,
    RECORDINGS
  }

  /** Tasks are written small. */
  static final class TaskName implements ITypeConverter<Task> {
    @Override
    public Task convert(String name) {
      for (Task task : Task.values()) {
        if (task.name().toLowerCase(Locale.ROOT).equals(name)) {
          return task;
        }
      }
      throw new TypeConversionException(
          "there is no task '"
              + name
              + "'; there are partitions, reconcile, changes, erasures, recordings");
    }
  }

  private static final Set<Task> NEED_ARCHIVE = EnumSet.of(Task.ERASURES, Task.RECORDINGS);

  @Parameters(
      paramLabel = "TASK",
      arity = "0..*",
      converter = TaskName.class,
      description = "partitions, reconcile, changes, erasures, recordings. Default: all of them.")
  private List<Task> tasks = List.of();

  @Option(
      names = "--ahead",
      paramLabel = "MONTHS",
      defaultValue = "3",
      description = "For how many months to come there are partitions. Default: ${DEFAULT-VALUE}")
  private int ahead;

  @Option(
      names = "--keep-months",
      paramLabel = "MONTHS",
      defaultValue = "13",
      description = "Of sessions and stalls; 3 at least. Default: ${DEFAULT-VALUE}")
  private int keepMonths;

  @Option(
      names = "--keep-weekly-months",
      paramLabel = "MONTHS",
      defaultValue = "37",
      description = "Of the weekly counts. Default: ${DEFAULT-VALUE}")
  private int keepWeeklyMonths;

  @Option(
      names = "--keep-change-days",
      paramLabel = "DAYS",
      defaultValue = "30",
      description = "Of told changes of automations; 2 at least. Default: ${DEFAULT-VALUE}")
  private int keepChangeDays;

  @Option(
      names = "--erasures-within",
      paramLabel = "DURATION",
      defaultValue = "P9D",
      description = "How far back erasures are done again. Default: ${DEFAULT-VALUE}")
  private Duration erasuresWithin;

  @Option(names = "--no-archive", description = "This deployment has no archive.")
  private boolean noArchive;

  @Option(names = "--json", description = "Tell the result as one line of JSON.")
  private boolean json;

  @Mixin private MaintenanceLogin login;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws SQLException, IOException {
    Set<Task> wanted = wanted();
    Map<String, String> environment = System.getenv();
    boolean needsArchive = wanted.stream().anyMatch(NEED_ARCHIVE::contains);
    Retention retention;
    JdbcSettings database;
    try {
      retention = new Retention(ahead, keepMonths, keepWeeklyMonths, keepChangeDays);
      database = login.database(environment);
      login.actor();
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage(), e);
    }
    try (ArchiveStore store = needsArchive ? archive(environment) : null;
        Connection connection = database.connect()) {
      Upkeep upkeep =
          new Upkeep(
              connection, login.actor(), Clock.systemUTC(), spec.commandLine().getErr()::println);
      return work(upkeep, wanted, retention, store);
    }
  }

  private Set<Task> wanted() {
    Set<Task> wanted = tasks.isEmpty() ? EnumSet.allOf(Task.class) : EnumSet.copyOf(tasks);
    if (noArchive && tasks.isEmpty()) {
      wanted.removeAll(NEED_ARCHIVE);
    } else if (noArchive && wanted.stream().anyMatch(NEED_ARCHIVE::contains)) {
      throw wrong("--no-archive leaves nothing for the tasks erasures and recordings", null);
    }
    return wanted;
  }

  private ArchiveStore archive(Map<String, String> environment) {
    try {
      return ArchiveStore.fromEnvironment(environment);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage() + "; or say --no-archive if there has never been one", e);
    }
  }

  private ParameterException wrong(String message, Throwable cause) {
    return new ParameterException(spec.commandLine(), "maintain: " + message, cause);
  }

  private int work(Upkeep upkeep, Set<Task> wanted, Retention retention, ArchiveStore store)
      throws SQLException, IOException {
    PrintWriter out = spec.commandLine().getOut();
    Map<String, Object> told = new LinkedHashMap<>();
    int status = 0;
    for (Task task : wanted) {
      switch (task) {
        case PARTITIONS -> {
          Upkeep.Partitions done = upkeep.partitions(retention);
          told.put("kept_from", done.keptFrom().toString());
          told.put("partitions_dropped", done.dropped());
          told.put("weekly_rows_dropped", done.weeklyRowsDropped());
          say(out, "partitions: kept from %s; dropped: %d", done.keptFrom(), done.dropped().size());
          done.dropped().forEach(d -> say(out, "  %s, %d rows", d.partition(), d.rows()));
          say(out, "weekly rows past retention: %d removed", done.weeklyRowsDropped());
        }
        case RECONCILE -> {
          Upkeep.Reconciled done = upkeep.reconcile();
          told.put("weeks_counted", done.weeks());
          told.put("weekly_rows_mended", done.mended().size());
          say(out, "reconcile: %d weeks, %d rows mended", done.weeks(), done.mended().size());
          done.mended()
              .forEach(
                  m ->
                      say(
                          out,
                          "  %s, org %s, media '%s': had %d sessions, has %d",
                          m.week(),
                          m.orgId(),
                          m.mediaId(),
                          m.kept(),
                          m.counted()));
        }
        case CHANGES -> {
          long dropped = upkeep.changes(retention);
          told.put("changes_dropped", dropped);
          say(out, "changes: %d told ones past retention removed", dropped);
        }
        case ERASURES -> {
          Upkeep.Erasures done = upkeep.erasures(store, erasuresWithin);
          told.put("erasures_repeated", done.erasures());
          told.put("returned_rows_erased", done.rows());
          told.put("returned_records_erased", done.archivedRecords());
          told.put("archive_objects_unreadable", done.broken());
          say(
              out,
              "erasures: %d done again, %d rows and %d archived records had come back",
              done.erasures(),
              done.rows(),
              done.archivedRecords());
          for (BrokenObject object : done.broken()) {
            spec.commandLine().getErr().println("maintain: cannot be read: " + object);
            status = 1;
          }
        }
        case RECORDINGS -> {
          Upkeep.Recordings done = upkeep.recordings(store);
          told.put("recordings_kept", done.kept());
          told.put("recordings_deleted", done.deleted());
          say(out, "recordings: %d kept, %d deleted", done.kept(), done.deleted());
        }
      }
    }
    if (json) {
      out.println(new String(Json.bytes(told), StandardCharsets.UTF_8));
    }
    out.flush();
    return status;
  }

  private void say(PrintWriter out, String format, Object... values) {
    if (!json) {
      out.printf(format + "%n", values);
    }
  }
}
