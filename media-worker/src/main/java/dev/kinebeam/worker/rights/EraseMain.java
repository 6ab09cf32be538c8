package dev.kinebeam.worker.rights;

import dev.kinebeam.eventarchive.ArchiveStore;
import dev.kinebeam.eventarchive.BrokenObject;
import dev.kinebeam.program.cli.DryRunOption;
import dev.kinebeam.program.cli.JsonOption;
import dev.kinebeam.program.cli.PatientOptions;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.process.ResourceStack;
import dev.kinebeam.worker.personal.LeftoverRemoval;
import dev.kinebeam.worker.rights.ErasedRows.Patient;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam erase}: one patient out of everything that is kept. */
@Command(
    name = "erase",
    mixinStandardHelpOptions = true,
    description = {
      "Removes one patient from every table, recording, archive object and video host.",
      "Events that are still on their way bring nothing back. Doing it again is harmless."
    },
    footer = {
      "",
      "Login: a member of kinebeam_maintenance, usually kb_maintenance.",
      "From the environment: DATABASE_PASSWORD; S3_ARCHIVE_BUCKET, S3_ENDPOINT, S3_REGION,",
      "S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY; PERSONAL_VIDEOS_BUCKET and the settings of the",
      "video hosts, for personal videos.",
      "Exit status: 0 erased, 1 failure, an archive object that cannot be read or a personal video",
      "that is left to the worker, 2 wrong usage."
    })
public final class EraseMain implements Callable<Integer> {
  /** The usual login of upkeep. */
  public static final String MAINTENANCE = "kb_maintenance";

  @Mixin private final PatientOptions patient = new PatientOptions();

  @Mixin private final DryRunOption dryRun = new DryRunOption();

  @Mixin private final NoArchiveOption archive = new NoArchiveOption();

  @Mixin private final JsonOption json = new JsonOption();

  @Mixin private DatabaseLogin login;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws SQLException, IOException {
    Map<String, String> environment = System.getenv();
    PrintWriter out = spec.commandLine().getOut();
    try (ArchiveStore store =
            archive.isAbsent() || dryRun.isWanted() ? null : archive(environment);
        ResourceStack opened = new ResourceStack();
        DatabaseSession session = database(environment).session()) {
      PatientErasure erasure =
          new PatientErasure(
              new ErasedRows(session, login.actor()),
              Optional.ofNullable(store)
                  .map(s -> new ErasedFiles(s, spec.commandLine().getErr()::println)),
              videos(environment, session, opened));
      Patient whom = new Patient(patient.org(), patient.patient());
      PatientErasure.Report report =
          dryRun.isWanted() ? erasure.rehearse(whom) : erasure.erase(whom);
      print(out, report);
      return broken(report) ? 1 : 0;
    }
  }

  private DatabaseSettings database(Map<String, String> environment) {
    try {
      login.actor();
      return login.database(environment, MAINTENANCE);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "erase: " + e.getMessage(), e);
    }
  }

  private Optional<LeftoverRemoval> videos(
      Map<String, String> environment, DatabaseSession session, ResourceStack opened) {
    try {
      return LeftoverRemoval.fromEnvironment(environment, session, opened);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "erase: " + e.getMessage(), e);
    }
  }

  private ArchiveStore archive(Map<String, String> environment) {
    try {
      return NoArchiveOption.open(environment);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "erase: " + e.getMessage(), e);
    }
  }

  private void print(PrintWriter out, PatientErasure.Report report) {
    if (json.isWanted()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("dry_run", dryRun.isWanted());
      fields.put("erased_before", report.erasedBefore().map(Instant::toString).orElse(null));
      fields.put("rows", report.rows());
      fields.put("files", report.files().orElse(null));
      fields.put("personal_videos", report.videos());
      JsonOption.print(out, fields);
    } else {
      report.erasedBefore().ifPresent(at -> out.println("already erased at " + at));
      report
          .rows()
          .forEach(
              (table, n) ->
                  out.printf("%-28s %d rows%s%n", table, n, dryRun.isWanted() ? " found" : ""));
      report
          .files()
          .ifPresent(
              f ->
                  out.printf(
                      "%-28s %d%n%-28s %d records (%d objects rewritten, %d deleted)%n",
                      "recordings",
                      f.recordings(),
                      "archive",
                      f.archivedRecords(),
                      f.objectsRewritten(),
                      f.objectsDeleted()));
      if (report.videos().found() + report.videos().originals() + report.videos().hosted() > 0) {
        out.printf(
            "%-28s %d originals and %d hosted videos deleted%n",
            "personal videos", report.videos().originals(), report.videos().hosted());
      }
      out.println(verdict(report));
    }
    report.videos().left().forEach(left -> spec.commandLine().getErr().println("erase: " + left));
    report
        .files()
        .ifPresent(
            f -> {
              for (BrokenObject object : f.broken()) {
                spec.commandLine()
                    .getErr()
                    .println(
                        "erase: cannot be read, the patient may still be in it; repair or delete it"
                            + " and erase again: "
                            + object);
              }
            });
    out.flush();
  }

  private String verdict(PatientErasure.Report report) {
    if (dryRun.isWanted()) {
      return "nothing was changed; the archive was not searched";
    }
    if (!report.videos().left().isEmpty()) {
      return "erased, but for the personal videos that are named";
    }
    return report.nothing() ? "nothing of this patient was left to erase" : "erased";
  }

  private static boolean broken(PatientErasure.Report report) {
    return !report.videos().left().isEmpty()
        || report.files().map(f -> !f.broken().isEmpty()).orElse(false);
  }
}
