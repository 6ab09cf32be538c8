package dev.kinebeam.programs.media;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.catalog.curation.BundleArrivals;
import dev.kinebeam.catalog.curation.PreviewPlan;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.composer.check.CheckResult;
import dev.kinebeam.composer.check.CheckTable;
import dev.kinebeam.composer.check.FolderSource;
import dev.kinebeam.composer.delivery.BundleCounts;
import dev.kinebeam.composer.delivery.BundleSync;
import dev.kinebeam.composer.delivery.NameMap;
import dev.kinebeam.composer.delivery.Preparation;
import dev.kinebeam.composer.delivery.Preparation.Prepared;
import dev.kinebeam.composer.media.MediaChildren;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.objectstore.S3Address;
import dev.kinebeam.program.cli.JsonOption;
import dev.kinebeam.program.cli.ProgressLine;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.schemas.Counted;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
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

/** {@code bundle prepare}: makes a bundle of a delivery, and writes it to a bucket. */
@Command(
    name = "prepare",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a bundle out of the files that a filming team delivered.",
      "It reads their names (Intro, Pauza, Outro, 5 Stanga, 1-20 Dreapta, …), takes",
      "the voice-overs of intro, pauza and outro out of their videos unless they come",
      "as sounds, and writes the manifest. Videos end in .mp4, .mov or .m4v, sounds in",
      ".mp3, .wav, .m4a, .aac, .flac or .aiff. Nothing is half written; doing it again",
      "changes nothing."
    },
    footer = {
      "",
      "A name that is ambiguous or unreadable is not guessed: rename the file, or",
      "give a map with a line 'DELIVERED FILE = PLACE' for it, where PLACE is",
      "intro-video-2, rep-left-vo-1, …, or - to leave the file out.",
      "--sync takes S3_ENDPOINT, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY",
      "from the environment and needs the rights s3:ListBucket and s3:PutObject;",
      "--register takes DATABASE_URL, DATABASE_USER and DATABASE_PASSWORD.",
      "Exit status: 0 the bundle is there, 1 failure or faulty delivery, 2 wrong usage."
    })
public final class BundlePrepareCommand implements Callable<Integer> {
  private static final int MAX_VARIANTS = 9;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "RAW_DIR", description = "The delivery; it is only read.")
  private Path delivery;

  @Option(
      names = "--exercise",
      required = true,
      paramLabel = "SLUG",
      description = "The exercise, as the catalogue and the bucket name it.")
  private String exercise;

  @Option(
      names = "--language",
      required = true,
      paramLabel = "CODE",
      description = "Language of the voices: ro, en, pt-BR.")
  private String language;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      defaultValue = ".",
      description = "Where the folder SLUG is made. Default: the present folder")
  private Path out;

  @Option(
      names = "--variants",
      paramLabel = "N",
      description = "Fill each slot up to N variants with copies of those there are, as stand-ins.")
  private Integer variants;

  @Option(names = "--map", paramLabel = "FILE", description = "What files are; see below.")
  private Path map;

  @Option(names = "--force", description = "Replace another bundle of this name.")
  private boolean force;

  @Option(
      names = "--sync",
      paramLabel = "s3://BUCKET[/PREFIX]",
      description = {
        "Check the bundle, and upload what is not there in SLUG/",
        "yet. A bundle with errors is not uploaded. Nothing is",
        "deleted there."
      })
  private String sync;

  @Option(
      names = "--register",
      description = {
        "With --sync: add the exercise to the catalogue as a draft,",
        "or raise its asset version where the bundle has changed."
      })
  private boolean register;

  @Mixin private final JsonOption json = new JsonOption();

  private final Map<String, String> environment;

  /** Null without --register. */
  private DatabaseSettings databaseSettings;

  public BundlePrepareCommand() {
    this(System.getenv());
  }

  /** The same command with its bucket in another environment than this process's. */
  public BundlePrepareCommand(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  @Override
  public Integer call() throws IOException {
    Optional<S3Address> place;
    ObjectStoreSettings settings;
    try {
      requireUsable();
      place = Optional.ofNullable(sync).map(S3Address::parse);
      if (place.isPresent() && place.get().name().equals(exercise)) {
        throw new IllegalArgumentException(
            "--sync is "
                + place.get()
                + ", and the bundle would go to "
                + place.get().key(exercise)
                + "/: leave the exercise out, its folder is made there");
      }
      settings =
          place.isEmpty() ? null : ObjectStoreSettings.forBucket(environment, place.get().bucket());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "bundle prepare: " + e.getMessage(), e);
    }
    ObjectNode result;
    try (MediaChildren children = MediaChildren.withDefaults()) {
      Prepared prepared = prepare(children);
      result = result(prepared);
      if (place.isPresent()) {
        requireNoErrors(prepared, children);
        upload(prepared, place.get(), settings, result);
      } else {
        print("check it: ./kinebeam bundle check " + prepared.folder());
      }
    }
    if (json.isWanted()) {
      spec.commandLine().getOut().println(result);
      spec.commandLine().getOut().flush();
    }
    return 0;
  }

  private void requireNoErrors(Prepared prepared, MediaChildren children) throws IOException {
    CheckResult checked =
        BundleCheckCommand.check(
            new FolderSource(prepared.folder()), children, spec.commandLine().getErr());
    if (!checked.isUsable()) {
      if (json.isWanted()) {
        spec.commandLine().getErr().println(CheckTable.of(checked));
        spec.commandLine().getErr().flush();
      }
      print(CheckTable.of(checked));
      throw new IOException(
          prepared.folder() + " has errors and is not uploaded; correct the delivery");
    }
  }

  private void requireUsable() {
    if (!Files.isDirectory(delivery)) {
      throw new IllegalArgumentException("there is no folder " + delivery);
    }
    if (!Recipe.isSlug(exercise)) {
      throw new IllegalArgumentException(
          "--exercise is "
              + exercise
              + "; a slug has lower-case letters, digits and single hyphens");
    }
    if (!Recipe.isLanguage(language)) {
      throw new IllegalArgumentException(
          "--language is " + language + "; it must be a code such as ro or pt-BR");
    }
    if (variants != null && (variants < 1 || variants > MAX_VARIANTS)) {
      throw new IllegalArgumentException(
          "--variants is " + variants + "; it must lie in 1 to " + MAX_VARIANTS);
    }
    if (register && sync == null) {
      throw new IllegalArgumentException("--register needs --sync");
    }
    if (register) {
      databaseSettings = DatabaseSettings.fromEnvironment(environment, "kinebeam_render");
    }
    if (map != null && !Files.isRegularFile(map)) {
      throw new IllegalArgumentException("--map: there is no file " + map);
    }
  }

  private Prepared prepare(MediaChildren children) throws IOException {
    ProgressLine progress = ProgressLine.on(spec.commandLine().getErr());
    Prepared prepared;
    try {
      prepared =
          new Preparation(children, line -> progress.update(() -> line))
              .prepare(
                  delivery,
                  exercise,
                  language,
                  Optional.ofNullable(map),
                  variants == null ? 0 : variants,
                  out,
                  force);
    } catch (NameMap.Unreadable e) {
      throw new ParameterException(spec.commandLine(), "bundle prepare: " + e.getMessage(), e);
    }
    print(
        prepared.folder()
            + " "
            + prepared.outcome().name().toLowerCase(Locale.ROOT)
            + ": "
            + Counted.of(prepared.soundsTaken(), "voice-over")
            + " taken out of videos or encoded, "
            + Counted.of(prepared.standIns(), "stand-in"));
    print(BundleCounts.table(prepared.bundle()));
    return prepared;
  }

  private void upload(
      Prepared prepared, S3Address root, ObjectStoreSettings settings, ObjectNode result)
      throws IOException {
    S3Address place = new S3Address(root.bucket(), root.key(exercise));
    ProgressLine progress = ProgressLine.on(spec.commandLine().getErr());
    try (ObjectStore bucket = ObjectStore.open(settings)) {
      BundleSync.Synced synced =
          new BundleSync(bucket, line -> progress.update(() -> line))
              .sync(prepared.folder(), place);
      print(
          place
              + ": "
              + synced.uploaded().size()
              + " uploaded, "
              + synced.unchanged()
              + " there already, all found again by a listing");
      if (!synced.onlyThere().isEmpty()) {
        spec.commandLine()
            .getErr()
            .println(
                "WARN: the bucket has files that this bundle has not, and renders may play them: "
                    + String.join(", ", synced.onlyThere())
                    + "; delete them there if they are no longer wanted");
        spec.commandLine().getErr().flush();
      }
      ObjectNode report = result.putObject("sync");
      report.put("place", place.toString());
      report.put("unchanged", synced.unchanged());
      synced.uploaded().forEach(report.putArray("uploaded")::add);
      synced.onlyThere().forEach(report.putArray("only_there")::add);
      if (databaseSettings != null) {
        enter(prepared, synced, report);
      }
    }
  }

  private void enter(Prepared prepared, BundleSync.Synced synced, ObjectNode report)
      throws IOException {
    try (Database database = Database.open(databaseSettings)) {
      BundleArrivals.Noted noted =
          new BundleArrivals(database)
              .note(
                  new BundleArrivals.Arrival(
                      exercise,
                      exercise,
                      synced.fingerprint(),
                      !synced.uploaded().isEmpty(),
                      PreviewPlan.of(prepared.bundle())))
              .orElseThrow(
                  () ->
                      new IOException(
                          "the catalogue's exercise "
                              + exercise
                              + " is one whole video and has no bundle; take another --exercise"));
      print(
          exercise
              + (noted.added() ? " is a draft in the catalogue" : " is in the catalogue")
              + ", asset version "
              + noted.assetVersion());
      report.put("asset_version", noted.assetVersion());
    }
  }

  private static ObjectNode result(Prepared prepared) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("bundle", prepared.folder().toString());
    json.put("outcome", prepared.outcome().name().toLowerCase(Locale.ROOT));
    json.put("sounds_taken", prepared.soundsTaken());
    json.put("stand_ins", prepared.standIns());
    json.set("counts", Json.MAPPER.valueToTree(BundleCounts.of(prepared.bundle())));
    return json;
  }

  /** Text, where JSON is not wanted. */
  private void print(String text) {
    if (!json.isWanted()) {
      PrintWriter out = spec.commandLine().getOut();
      out.println(text);
      out.flush();
    }
  }
}
