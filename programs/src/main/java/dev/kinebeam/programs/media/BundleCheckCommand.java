package dev.kinebeam.programs.media;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.catalog.db.BundleChecks;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.composer.check.BucketSource;
import dev.kinebeam.composer.check.BundleChecker;
import dev.kinebeam.composer.check.BundleSource;
import dev.kinebeam.composer.check.CheckJson;
import dev.kinebeam.composer.check.CheckResult;
import dev.kinebeam.composer.check.CheckTable;
import dev.kinebeam.composer.check.FolderSource;
import dev.kinebeam.composer.media.MediaChildren;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.objectstore.S3Address;
import dev.kinebeam.program.cli.JsonOption;
import dev.kinebeam.program.cli.ProgressLine;
import dev.kinebeam.program.database.DatabaseSettings;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code bundle check}: what a filming team should know about a bundle. */
@Command(
    name = "check",
    mixinStandardHelpOptions = true,
    description = {
      "Checks a bundle.",
      "The manifest, every slot in every language, lengths, formats, tempo, true peak",
      "and loudness. Every file is decoded to its end."
    },
    footer = {
      "",
      "A bucket's endpoint and keys come from the environment: S3_ENDPOINT, S3_REGION,",
      "S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY; the rights s3:ListBucket and",
      "s3:GetObject are enough. With --register: DATABASE_URL, DATABASE_USER and",
      "DATABASE_PASSWORD of a login in kinebeam_render.",
      "Exit status: 0 no error (maybe warnings), 1 errors or failure, 2 wrong usage."
    })
public final class BundleCheckCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "DIR|s3://BUCKET/PREFIX", description = "The bundle.")
  private String place;

  @Mixin private final JsonOption json = new JsonOption();

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      defaultValue = "${env:KINEBEAM_RENDER_DIR:-.local/render}",
      description =
          "For copies of a bucket's files while they are checked. Default: ${DEFAULT-VALUE}")
  private Path directory;

  @Option(
      names = "--register",
      description = {
        "Record what was found in the catalogue, as the last check of the exercise",
        "of this name."
      })
  private boolean register;

  private final Map<String, String> environment;

  public BundleCheckCommand() {
    this(System.getenv());
  }

  /** The same command with its bucket in another environment than this process's. */
  public BundleCheckCommand(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Integer call() throws IOException {
    CheckResult result;
    String name;
    Optional<DatabaseSettings> catalogue = catalogue();
    if (S3Address.isOne(place)) {
      S3Address address;
      ObjectStoreSettings settings;
      try {
        address = S3Address.parse(place);
        settings = ObjectStoreSettings.forBucket(environment, address.bucket());
        if (address.prefix().isEmpty()) {
          throw new IllegalArgumentException(
              place + " names no bundle: write s3://BUCKET/[PREFIX/]EXERCISE");
        }
      } catch (IllegalArgumentException e) {
        throw new ParameterException(spec.commandLine(), "bundle check: " + e.getMessage(), e);
      }
      try (ObjectStore bucket = ObjectStore.open(settings);
          BucketSource shelf = BucketSource.open(bucket, address, directory.resolve("checks"))) {
        name = shelf.name();
        result = check(shelf);
      }
    } else {
      BundleSource shelf = new FolderSource(Path.of(place));
      name = shelf.name();
      result = check(shelf);
    }
    ObjectNode report = CheckJson.of(result);
    PrintWriter out = spec.commandLine().getOut();
    out.println(json.isWanted() ? report.toString() : CheckTable.of(result));
    out.flush();
    if (catalogue.isPresent()) {
      record(catalogue.get(), name, report);
    }
    return result.isUsable() ? 0 : 1;
  }

  private Optional<DatabaseSettings> catalogue() {
    try {
      return register
          ? Optional.of(DatabaseSettings.fromEnvironment(environment, "kinebeam_render"))
          : Optional.empty();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "bundle check: " + e.getMessage(), e);
    }
  }

  private static void record(DatabaseSettings catalogue, String exercise, ObjectNode report)
      throws IOException {
    try (Database database = Database.open(catalogue)) {
      if (!new BundleChecks(database).record(exercise, report)) {
        throw new IOException(
            "the catalogue has no exercise "
                + exercise
                + "; enter it first, as with 'catalog import' or 'bundle prepare --register'");
      }
    }
  }

  private CheckResult check(BundleSource shelf) throws IOException {
    try (MediaChildren children = MediaChildren.withDefaults()) {
      return check(shelf, children, spec.commandLine().getErr());
    }
  }

  static CheckResult check(BundleSource shelf, MediaChildren children, PrintWriter err)
      throws IOException {
    ProgressLine progress = ProgressLine.on(err);
    return new BundleChecker(
            children,
            (done, all) -> progress.update(() -> "check " + done + " of " + all + " files"))
        .check(shelf);
  }
}
