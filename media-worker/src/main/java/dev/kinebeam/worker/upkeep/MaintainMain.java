package dev.kinebeam.worker.upkeep;

import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.BrokenObject;
import dev.kinebeam.program.cli.JsonOption;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.worker.rights.DatabaseLogin;
import dev.kinebeam.worker.rights.EraseMain;
import dev.kinebeam.worker.rights.NoArchiveOption;
import java.io.IOException;
import java.io.PrintWriter;
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
import picocli.CommandLine;
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
      "  clinics     deletes what single clinics keep for a shorter time",
      "  reconcile   counts the weekly counts again and corrects what differs",
      "  changes     removes changes of automations that are published and past retention",
      "  erasures    does the latest erasures again, for what came late into the archive",
      "  recordings  deletes recordings of sessions that are no more",
      "Login: a member of kinebeam_maintenance, usually kb_maintenance.",
      "From the environment: DATABASE_PASSWORD; for the last two tasks also S3_ARCHIVE_BUCKET,",
      "S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY.",
      "A failed task does not stop the others.",
      "Exit status: 0 done, 1 a task failed or an archive object cannot be read, 2 wrong usage."
    })
public final class MaintainMain implements Callable<Integer> {
  /** One kind of work. */
  enum Task {
    PARTITIONS,
    CLINICS,
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
              + "'; there are partitions, clinics, reconcile, changes, erasures, recordings");
    }
  }

  private static final Set<Task> NEED_ARCHIVE = EnumSet.of(Task.ERASURES, Task.RECORDINGS);

  @Parameters(
      paramLabel = "TASK",
      arity = "0..*",
      converter = TaskName.class,
      description =
          "partitions, clinics, reconcile, changes, erasures, recordings. Default: all of them.")
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
      description = "Of published changes of automations; 2 at least. Default: ${DEFAULT-VALUE}")
  private int keepChangeDays;

  @Option(
      names = "--erasures-within",
      paramLabel = "DURATION",
      defaultValue = "P9D",
      description = "How far back erasures are done again. Default: ${DEFAULT-VALUE}")
  private Duration erasuresWithin;

  @Mixin private final NoArchiveOption archive = new NoArchiveOption();

  @Mixin private final JsonOption json = new JsonOption();

  @Mixin private DatabaseLogin login;
  @Spec private CommandSpec spec;

  public static void main(String[] args) {
    System.exit(new CommandLine(new MaintainMain()).execute(args));
  }

  @Override
  public Integer call() throws IOException {
    Set<Task> wanted = wanted();
    Map<String, String> environment = System.getenv();
    boolean needsArchive = wanted.stream().anyMatch(NEED_ARCHIVE::contains);
    Retention retention;
    DatabaseSettings database;
    try {
      retention = new Retention(ahead, keepMonths, keepWeeklyMonths, keepChangeDays);
      database = login.database(environment, EraseMain.MAINTENANCE);
      login.actor();
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage(), e);
    }
    try (ArchiveStore store = needsArchive ? archive(environment) : null) {
      return work(database, wanted, retention, store);
    }
  }

  private Set<Task> wanted() {
    Set<Task> wanted = tasks.isEmpty() ? EnumSet.allOf(Task.class) : EnumSet.copyOf(tasks);
    if (archive.isAbsent() && tasks.isEmpty()) {
      wanted.removeAll(NEED_ARCHIVE);
    } else if (archive.isAbsent() && wanted.stream().anyMatch(NEED_ARCHIVE::contains)) {
      throw wrong("--no-archive leaves nothing for the tasks erasures and recordings", null);
    }
    return wanted;
  }

  private ArchiveStore archive(Map<String, String> environment) {
    try {
      return NoArchiveOption.open(environment);
    } catch (IllegalArgumentException e) {
      throw wrong(e.getMessage(), e);
    }
  }

  private ParameterException wrong(String message, Throwable cause) {
    return new ParameterException(spec.commandLine(), "maintain: " + message, cause);
  }

  /** Every task is tried, on a connection of its own, whatever became of the ones before it. */
  private int work(
      DatabaseSettings database, Set<Task> wanted, Retention retention, ArchiveStore store) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    Map<String, Object> done = new LinkedHashMap<>();
    Map<String, String> failed = new LinkedHashMap<>();
    boolean complete = true;
    for (Task task : wanted) {
      try (DatabaseSession session = database.session()) {
        Upkeep upkeep = new Upkeep(session, login.actor(), Clock.systemUTC(), err::println);
        complete &= perform(task, upkeep, retention, store, done);
      } catch (SQLException | IOException | RuntimeException e) {
        String name = task.name().toLowerCase(Locale.ROOT);
        err.printf("maintain: the task %s failed: %s%n", name, e.getMessage());
        e.printStackTrace(err);
        failed.put(name, String.valueOf(e.getMessage()));
      }
    }
    if (json.isWanted()) {
      done.put("failed_tasks", failed);
      JsonOption.print(out, done);
    }
    out.flush();
    err.flush();
    return complete && failed.isEmpty() ? 0 : 1;
  }

  /** Returns false when something is left that a person must look at. */
  private boolean perform(
      Task task, Upkeep upkeep, Retention retention, ArchiveStore store, Map<String, Object> report)
      throws SQLException, IOException {
    switch (task) {
      case PARTITIONS -> partitions(upkeep.partitions(retention), report);
      case CLINICS -> {
        Upkeep.Expired done = upkeep.expired();
        report.put("expired_rows_deleted", done.rows());
        say("clinics: %d rows of %d clinics past their retention", done.rows(), done.clinics());
      }
      case RECONCILE -> reconciled(upkeep.reconcile(), report);
      case CHANGES -> {
        long dropped = upkeep.changes(retention);
        report.put("changes_dropped", dropped);
        say("changes: %d published changes past retention removed", dropped);
      }
      case ERASURES -> {
        return erasures(upkeep.erasures(store, erasuresWithin), report);
      }
      case RECORDINGS -> {
        Upkeep.Recordings done = upkeep.recordings(store);
        report.put("recordings_kept", done.kept());
        report.put("recordings_deleted", done.deleted());
        say("recordings: %d kept, %d deleted", done.kept(), done.deleted());
      }
    }
    return true;
  }

  private void partitions(Upkeep.Partitions done, Map<String, Object> report) {
    report.put("kept_from", done.keptFrom().toString());
    report.put("partitions_dropped", done.dropped());
    report.put("weekly_rows_dropped", done.weeklyRowsDropped());
    say("partitions: kept from %s; dropped: %d", done.keptFrom(), done.dropped().size());
    done.dropped().forEach(d -> say("  %s, %d rows", d.partition(), d.rows()));
    say("weekly rows past retention: %d removed", done.weeklyRowsDropped());
  }

  private void reconciled(Upkeep.Reconciled done, Map<String, Object> report) {
    report.put("weeks_counted", done.weeks());
    report.put("weekly_rows_mended", done.corrected().size());
    say("reconcile: %d weeks, %d rows corrected", done.weeks(), done.corrected().size());
    done.corrected()
        .forEach(
            m ->
                say(
                    "  %s, org %s, media '%s': had %d sessions, has %d",
                    m.week(), m.orgId(), m.mediaId(), m.kept(), m.counted()));
  }

  private boolean erasures(Upkeep.Erasures done, Map<String, Object> report) {
    report.put("erasures_repeated", done.erasures());
    report.put("returned_rows_erased", done.rows());
    report.put("returned_records_erased", done.archivedRecords());
    report.put("archive_objects_unreadable", done.broken());
    say(
        "erasures: %d repeated, %d rows and %d archived records had returned",
        done.erasures(), done.rows(), done.archivedRecords());
    for (BrokenObject object : done.broken()) {
      spec.commandLine().getErr().println("maintain: cannot be read: " + object);
    }
    return done.broken().isEmpty();
  }

  private void say(String format, Object... values) {
    if (!json.isWanted()) {
      spec.commandLine().getOut().printf(format + "%n", values);
    }
  }
}
