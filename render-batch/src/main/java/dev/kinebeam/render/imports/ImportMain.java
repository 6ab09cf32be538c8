package dev.kinebeam.render.imports;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.beam.files.ReportOption;
import dev.kinebeam.catalog.db.CreatedVideos;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ImportedVideos;
import dev.kinebeam.catalog.db.RenderClaims;
import dev.kinebeam.catalog.db.ReplacedVideos;
import dev.kinebeam.catalog.host.OwnHost;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.catalog.removal.Removals;
import dev.kinebeam.catalog.sharing.SharedCollectionLock;
import dev.kinebeam.composer.lock.ProcessFolder;
import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.program.cli.Positive;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.program.process.ResourceStack;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.render.hosting.Claims;
import dev.kinebeam.render.hosting.HostWaits;
import dev.kinebeam.render.hosting.Publisher;
import dev.kinebeam.render.hosting.WorkerOptions;
import dev.kinebeam.schemas.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code import}: whole videos of an older library become exercises. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Imports whole videos into the catalogue.",
      "Checks each, brings it to the video host, and writes the rows of its exercise. Running it"
          + " again changes nothing; a row that fails stops no other."
    },
    footer = {
      "",
      "Columns of the table: exercise (slug), language, one of file, url and video_id (at the host",
      "already); display_name and media_id may be left out. CSV has them in a header; .jsonl has",
      "one object a line. Relative files are looked for beside the table.",
      "From the environment: DATABASE_URL, DATABASE_USER, DATABASE_PASSWORD, VIDEO_HOST (own or",
      "bunny), VIDEO_HOST_… with S3_MEZZANINE_BUCKET, or BUNNY_STREAM_….",
      "Exit status: 0 every row is there, 1 failure or a row that failed, 2 wrong usage."
    })
public final class ImportMain implements Callable<Integer> {
  private static final Duration LEASE = Duration.ofSeconds(60);
  private static final Duration PROBED_WITHIN = Duration.ofMinutes(5);
  private static final Duration REMOVALS_EVERY = Duration.ofMinutes(10);

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "FILE|s3://…", description = "The table: .csv, .jsonl or .ndjson.")
  private String table;

  @Option(
      names = "--allow-url-host",
      paramLabel = "HOST",
      description = {
        "Where videos may be fetched from: HOST, HOST:PORT (https) or http://HOST[:PORT]; may be",
        "given again. Redirects are not followed."
      })
  private List<String> allowedHosts = List.of();

  @Option(
      names = "--max-mb",
      defaultValue = "4096",
      paramLabel = "N",
      description = "No file may be larger. Default: ${DEFAULT-VALUE}")
  private int maxMegabytes;

  @Option(
      names = "--fetch-within",
      defaultValue = "PT15M",
      paramLabel = "DURATION",
      description = "How long one download may take. Default: ${DEFAULT-VALUE}")
  private Duration fetchWithin;

  @Option(
      names = "--playable-within",
      defaultValue = "PT30M",
      paramLabel = "DURATION",
      description = "How long the host may take for one video. Default: ${DEFAULT-VALUE}")
  private Duration playableWithin;

  @Mixin private final WorkerOptions worker = new WorkerOptions();

  @Option(
      names = "--parallelism",
      defaultValue = "4",
      paramLabel = "N",
      description = "How many rows are under way at once. Default: ${DEFAULT-VALUE}")
  private int parallelism;

  @Option(
      names = "--results",
      paramLabel = "FILE|s3://…",
      description = "Takes one JSON object a row. Default: the table's name + .results")
  private String results;

  @Mixin private final ReportOption report = new ReportOption();

  private final Map<String, String> environment;

  public ImportMain() {
    this(System.getenv());
  }

  /** The same command with its services in another environment than this process's. */
  public ImportMain(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    ImportFile rows;
    FileAddress file;
    FileAddress resultFile;
    Optional<FileAddress> reportFile;
    Set<Downloads.AllowedHost> allowed = new HashSet<>();
    VideoHosts.Settings hostSettings;
    Optional<ObjectStoreSettings> uploads;
    DatabaseSettings login;
    try {
      file = FileAddress.parse(table, environment);
      resultFile =
          results == null ? file.plus(".results") : FileAddress.parse(results, environment);
      reportFile = report.file(environment);
      if (!file.exists()) {
        throw new IllegalArgumentException("there is no file " + file);
      }
      Positive.require("--max-mb", maxMegabytes);
      Positive.require("--parallelism", parallelism);
      Positive.require("--fetch-within", fetchWithin);
      Positive.require("--playable-within", playableWithin);
      worker.retryFor();
      allowedHosts.forEach(host -> allowed.add(Downloads.AllowedHost.parse(host)));
      hostSettings = VideoHosts.Settings.fromEnvironment(environment);
      String host = hostSettings.requiredForNew();
      uploads =
          host.equals(OwnHost.NAME)
              ? Optional.of(ObjectStoreSettings.fromEnvironment(environment, "S3_MEZZANINE_BUCKET"))
              : Optional.empty();
      login = DatabaseSettings.fromEnvironment(environment, "kinebeam_render");
      rows = ImportFile.read(file);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "import: " + e.getMessage(), e);
    }
    ImportReport figures =
        run(rows, resultFile, allowed, new Hosting(hostSettings, uploads), login);
    PrintWriter out = spec.commandLine().getOut();
    out.println(figures.text());
    out.println("  results    " + resultFile);
    out.flush();
    if (reportFile.isPresent()) {
      ObjectNode json = Json.MAPPER.valueToTree(figures);
      reportFile.get().write(Json.bytes(json.put("changes", figures.changes())));
    }
    return figures.failed() == 0 ? 0 : 1;
  }

  /** The hosts, and the bucket through which files go to our own. */
  private record Hosting(VideoHosts.Settings hosts, Optional<ObjectStoreSettings> uploads) {}

  private ImportReport run(
      ImportFile rows,
      FileAddress resultFile,
      Set<Downloads.AllowedHost> allowed,
      Hosting hosting,
      DatabaseSettings login)
      throws IOException, InterruptedException {
    Duration retryFor = worker.retryFor();
    Retrier retrier = Retrier.within(retryFor);
    long maxBytes = (long) maxMegabytes << 20;
    try (Database database =
            Database.open(login, Math.min(8, parallelism + 1), Duration.ofSeconds(30));
        Claims claims = new Claims(new RenderClaims(database), LEASE, retrier);
        ProbeChildren probes = new ProbeChildren(PROBED_WITHIN);
        ResourceStack opened = new ResourceStack();
        ProcessFolder scratch = ProcessFolder.open(worker.directory().resolve("imports"))) {
      Optional<ObjectStore> bucket = hosting.uploads().map(ObjectStore::open);
      bucket.ifPresent(opened::add);
      VideoHost host =
          VideoHosts.open(hosting.hosts(), new SharedCollectionLock(database), bucket).forNew();
      HostWaits waits = new HostWaits(InstantSource.system());
      Importer importer =
          new Importer(
              new ImportedVideos(database),
              claims,
              new Publisher(
                  host,
                  new CreatedVideos(database),
                  new ReplacedVideos(database),
                  playableWithin,
                  retrier,
                  waits),
              retrier,
              new Downloads(allowed, maxBytes, fetchWithin),
              probes,
              scratch.path(),
              maxBytes,
              fetchWithin.plus(playableWithin).plus(retryFor.multipliedBy(3)));
      PrintWriter out = spec.commandLine().getOut();
      ImportRun run =
          new ImportRun(
              importer,
              parallelism,
              waits,
              line -> {
                out.println("  " + line);
                out.flush();
              });
      try (Removals besides = new Removals(database, host, REMOVALS_EVERY)) {
        besides.begin();
        return run.serve(rows, resultFile);
      }
    }
  }
}
