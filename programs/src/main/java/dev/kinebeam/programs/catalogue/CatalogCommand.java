package dev.kinebeam.programs.catalogue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.curation.CatalogueImport;
import dev.kinebeam.catalog.curation.ExerciseStore;
import dev.kinebeam.catalog.curation.ImportedRow;
import dev.kinebeam.catalog.curation.VideoAdoption;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ImportedVideos;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.program.cli.JsonOption;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.worker.rights.DatabaseLogin;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./kinebeam catalog}: the catalogue of exercises. */
@Command(
    name = "catalog",
    mixinStandardHelpOptions = true,
    description = "Enters exercises into the catalogue.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = CatalogCommand.Import.class)
public final class CatalogCommand implements Runnable {
  @Spec private CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "name what to do: import");
  }

  /** {@code ./kinebeam catalog import}. */
  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      description = {
        "Enters the exercises of a file and prints what became of each row.",
        "JSON or CSV with a heading: slug, kind, display_name, description, difficulty,",
        "categories, body_regions, equipment (CSV: separated by ;), translations (CSV:",
        "display_name.ro); JSON also instructions, contraindications and tracking.",
        "host, hosted_video_id and language adopt a video that is at the host already.",
        "The same file again changes nothing; a row that is refused does not hold others back.",
        "Rows are counted from 1, without a heading."
      },
      footer = {
        "",
        "Login: a member of kinebeam_admin, usually kb_admin.",
        "From the environment: DATABASE_PASSWORD; where videos are adopted, the settings",
        "of their hosts (VIDEO_HOST_URL, VIDEO_HOST_API_KEY, BUNNY_STREAM_…).",
        "Exit status: 0 every row entered or there already, 1 rows refused or failure,",
        "2 wrong usage."
      })
  public static final class Import implements Callable<Integer> {
    private static final String USER = "kb_admin";

    @Parameters(paramLabel = "FILE|s3://BUCKET/KEY", description = "The exercises.")
    private String file;

    @Mixin private final JsonOption json = new JsonOption();

    @Mixin private DatabaseLogin login;
    @Spec private CommandSpec spec;

    private final Map<String, String> environment;

    public Import() {
      this(System.getenv());
    }

    /** The same command in another environment than this process's. */
    public Import(Map<String, String> environment) {
      this.environment = Map.copyOf(environment);
    }

    @Override
    public Integer call() throws IOException {
      List<JsonNode> rows = rows();
      DatabaseSettings settings;
      Optional<VideoHosts> hosts;
      try {
        login.actor();
        settings = login.database(environment, USER);
        hosts = VideoHosts.Settings.ifNamed(environment).map(VideoHosts::open);
      } catch (IllegalArgumentException e) {
        throw usage(e.getMessage(), e);
      }
      try (Database database = Database.open(settings)) {
        Optional<VideoAdoption> adoption =
            hosts.map(configured -> new VideoAdoption(new ImportedVideos(database), configured));
        List<ImportedRow> results =
            new CatalogueImport(new ExerciseStore(database), adoption).run(rows, login.actor());
        print(results);
        return count(results, ImportedRow.Result.REFUSED) == 0 ? 0 : 1;
      }
    }

    private List<JsonNode> rows() throws IOException {
      try {
        return CatalogueFile.rows(FileAddress.parse(file, environment).text());
      } catch (IllegalArgumentException e) {
        throw usage(file + ": " + e.getMessage(), e);
      }
    }

    private ParameterException usage(String message, Exception e) {
      return new ParameterException(spec.commandLine(), "catalog import: " + message, e);
    }

    private void print(List<ImportedRow> results) {
      PrintWriter out = spec.commandLine().getOut();
      if (json.isWanted()) {
        JsonOption.print(out, Map.of("rows", results));
      } else {
        results.forEach(row -> out.println(line(row)));
        spec.commandLine()
            .getErr()
            .printf(
                "%d exercises: %d added, %d changed, %d unchanged, %d refused%n",
                results.size(),
                count(results, ImportedRow.Result.ADDED),
                count(results, ImportedRow.Result.CHANGED),
                count(results, ImportedRow.Result.UNCHANGED),
                count(results, ImportedRow.Result.REFUSED));
      }
      out.flush();
      spec.commandLine().getErr().flush();
    }

    private static String line(ImportedRow row) {
      String slug = row.slug() == null ? "-" : row.slug();
      String why = row.errors().stream().map(FieldError::message).collect(Collectors.joining("; "));
      return (row.row() + " " + slug + " " + row.result().word() + " " + why).strip();
    }

    private static long count(List<ImportedRow> rows, ImportedRow.Result result) {
      return rows.stream().filter(row -> row.result() == result).count();
    }
  }
}
