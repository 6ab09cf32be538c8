package dev.kinebeam.worker.rights;

import dev.kinebeam.catalog.people.PatientExport;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.cli.JsonOption;
import dev.kinebeam.program.cli.PatientOptions;
import dev.kinebeam.program.database.DatabaseSession;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.worker.personal.Leftovers;
import dev.kinebeam.worker.personal.PersonalVideoSettings;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jdbi.v3.core.Handle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam export}: what is kept of one patient, for the patient. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes what there is of one patient: rows as JSON and recorded videos, as one ZIP.",
      "The tables are those that erase empties. The archive is not searched."
    },
    footer = {
      "",
      "Login: a member of kinebeam_maintenance, usually kb_maintenance.",
      "From the environment: DATABASE_PASSWORD; PERSONAL_VIDEOS_BUCKET, S3_ENDPOINT, S3_REGION,",
      "S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY, for personal videos.",
      "Exit status: 0 written, 1 failure or without personal videos that there are, 2 wrong usage."
    })
public final class ExportMain implements Callable<Integer> {
  /** It has this export itself, so that a ZIP always has rows of it. */
  private static final String AUDIT = "audit_log";

  @Mixin private final PatientOptions patient = new PatientOptions();

  @Option(
      names = "--out",
      paramLabel = "FILE",
      required = true,
      description = "The ZIP; a file that is there is replaced when the new one is whole.")
  private Path out;

  @Mixin private final JsonOption json = new JsonOption();

  @Mixin private DatabaseLogin login;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() throws SQLException, IOException {
    DatabaseSettings database = database(System.getenv());
    Path folder = out.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new NoSuchFileException(folder.toString());
    }
    Path part = Files.createTempFile(folder, ".export", ".part");
    try (DatabaseSession session = database.session()) {
      Map<String, Long> rows = write(session, part);
      List<Leftovers.Video> videos =
          session.commit(handle -> Leftovers.videos(handle, patient.org(), patient.patient()));
      Optional<ExportedVideos.Added> added = addVideos(part, videos);
      Files.move(part, out, StandardCopyOption.REPLACE_EXISTING);
      print(rows, added.orElse(ExportedVideos.Added.NOTHING));
      if (Set.of(AUDIT).containsAll(rows.keySet())) {
        spec.commandLine()
            .getErr()
            .printf(
                "export: no table but %s names patient %s of organization %s; check --org and --patient%n",
                AUDIT, patient.patient(), patient.org());
        spec.commandLine().getErr().flush();
      }
      if (added.isEmpty()) {
        spec.commandLine()
            .getErr()
            .printf(
                "export: %d personal videos are not in it; set PERSONAL_VIDEOS_BUCKET%n",
                videos.size());
        spec.commandLine().getErr().flush();
        return 1;
      }
      for (long changed : added.get().changed()) {
        spec.commandLine()
            .getErr()
            .printf(
                "export: the personal video %d is not in it; its original was replaced after its upload was completed%n",
                changed);
      }
      spec.commandLine().getErr().flush();
      return added.get().changed().isEmpty() ? 0 : 1;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** What was added; empty where there are some and their bucket is not named. */
  private Optional<ExportedVideos.Added> addVideos(Path zip, List<Leftovers.Video> videos)
      throws IOException {
    if (videos.isEmpty()) {
      return Optional.of(ExportedVideos.Added.NOTHING);
    }
    Optional<ObjectStoreSettings> named = PersonalVideoSettings.bucket(System.getenv());
    if (named.isEmpty()) {
      return Optional.empty();
    }
    try (ObjectStore bucket = ObjectStore.open(named.get())) {
      return Optional.of(new ExportedVideos(bucket).addTo(zip, videos));
    }
  }

  private DatabaseSettings database(Map<String, String> environment) {
    try {
      login.actor();
      return login.database(environment, EraseMain.MAINTENANCE);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "export: " + e.getMessage(), e);
    }
  }

  private Map<String, Long> write(DatabaseSession session, Path file)
      throws SQLException, IOException {
    PatientExport export =
        new PatientExport(
            patient.org(), patient.patient(), login.actor(), Clock.systemUTC().instant());
    try (OutputStream stream = new BufferedOutputStream(Files.newOutputStream(file))) {
      // Ends the transaction of the login's own settings: an isolation comes before any query.
      session.commit(handle -> patient);
      return session.commit(handle -> written(export, handle, stream));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  /** All tables as they are at one moment. */
  private static Map<String, Long> written(
      PatientExport export, Handle handle, OutputStream stream) {
    handle.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ");
    try {
      return export.write(handle, stream);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void print(Map<String, Long> rows, ExportedVideos.Added videos) {
    PrintWriter to = spec.commandLine().getOut();
    if (json.isWanted()) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("file", out.toString());
      fields.put("rows", rows);
      fields.put("personal_videos", videos.files());
      fields.put("personal_videos_changed", videos.changed());
      JsonOption.print(to, fields);
    } else {
      rows.forEach((table, n) -> to.printf("%-28s %d rows%n", table, n));
      if (videos.files() > 0) {
        to.printf("%-28s %d files%n", "personal-videos", videos.files());
      }
      to.println("written to " + out);
    }
    to.flush();
  }
}
