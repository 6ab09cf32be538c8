package dev.kinebeam.programs.media;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kinebeam.composer.bundle.BundleDirectory;
import dev.kinebeam.composer.bundle.HashCache;
import dev.kinebeam.composer.compose.Composed;
import dev.kinebeam.composer.compose.Composer;
import dev.kinebeam.composer.mezzanine.MezzanineCache;
import dev.kinebeam.composer.mezzanine.Normalizer;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.composer.mezzanine.SourceRejected;
import dev.kinebeam.composer.plan.RenderScript;
import dev.kinebeam.program.cli.ProgressLine;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.Recipe;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * {@code compose}: one render on files alone. Exit code 0 with one JSON line on standard output; 2
 * when the bundle, the recipe or a primitive is at fault, with one line for each thing that is
 * wrong; 1 on any other failure.
 */
@Command(
    name = "compose",
    mixinStandardHelpOptions = true,
    description = "Compose one video from a bundle of primitives and a recipe, on files alone.")
public final class ComposeCommand implements Callable<Integer> {
  private static final int BAD_INPUT = 2;
  private static final int FAILURE = 1;

  @Spec private CommandSpec spec;

  @Option(
      names = "--bundle",
      required = true,
      paramLabel = "DIR",
      description = "Folder with manifest.json and the primitives.")
  private Path bundle;

  @Option(names = "--recipe", required = true, paramLabel = "FILE", description = "Recipe (JSON).")
  private Path recipe;

  @Option(names = "--out", required = true, paramLabel = "FILE.mp4", description = "What to write.")
  private Path out;

  @Option(
      names = "--cache-dir",
      paramLabel = "DIR",
      defaultValue = "${env:KINEBEAM_CACHE_DIR:-.local/mezzanines}",
      description = "Where normalised primitives are kept (default: ${DEFAULT-VALUE}).")
  private Path cacheDirectory;

  @Option(
      names = "--cache-gb",
      paramLabel = "N",
      defaultValue = "20",
      description = "How big that folder may grow (default: ${DEFAULT-VALUE}).")
  private int cacheGigabytes;

  @Option(
      names = "--profile",
      paramLabel = "NAME",
      defaultValue = "1080p",
      description = "1080p, 720p, 480p, 360p or 216p (default: ${DEFAULT-VALUE}).")
  private String profile;

  @Override
  public Integer call() {
    try {
      Composed composed = compose();
      spec.commandLine().getOut().println(summary(composed));
      spec.commandLine().getOut().flush();
      return 0;
    } catch (RenderScript.Refused e) {
      return fail(BAD_INPUT, e.errors().stream().map(this::ofTheRecipe).toList());
    } catch (BundleDirectory.NotABundle e) {
      return fail(BAD_INPUT, e.errors());
    } catch (SourceRejected e) {
      return fail(BAD_INPUT, List.of(new FieldError(e.primitive(), "rejected", e.getMessage())));
    } catch (IOException e) {
      String reason = e.getMessage() == null ? e.toString() : e.getMessage();
      return fail(FAILURE, List.of(new FieldError("", "failed", reason)));
    }
  }

  private FieldError ofTheRecipe(FieldError error) {
    String help = error.field().isEmpty() ? "; docs/rendering.md shows a whole recipe" : "";
    return new FieldError(error.field(), error.code(), recipe + ": " + error.message() + help);
  }

  private Composed compose() throws IOException, RenderScript.Refused {
    if (!out.toString().endsWith(".mp4")) {
      throw new ParameterException(
          spec.commandLine(),
          "--out is " + out + "; it must end in .mp4, which is what is written");
    }
    Profile chosen = profile();
    Recipe wanted = recipe();
    BundleDirectory source = BundleDirectory.open(bundle);
    Path folder = out.toAbsolutePath().getParent();
    if (!Files.isDirectory(folder)) {
      throw new ParameterException(spec.commandLine(), "--out: there is no folder " + folder);
    }
    MezzanineCache cache =
        new MezzanineCache(
            cacheDirectory,
            chosen,
            (long) cacheGigabytes << 30,
            Normalizer.within(limits()),
            Clock.systemUTC());
    ProgressLine progress = ProgressLine.on(spec.commandLine().getErr());
    HashCache hashes = new HashCache(cacheDirectory.resolve("hashes"), Clock.systemUTC());
    return new Composer(cache)
        .compose(
            RenderScript.of(source.bundle(), wanted),
            name -> hashes.remembering(source.source(name)),
            out,
            (step, part) -> progress.update(() -> step + " " + Math.round(part * 100) + " %"));
  }

  private Normalizer.Limits limits() {
    try {
      return Normalizer.Limits.fromEnvironment(System.getenv());
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
  }

  private Profile profile() {
    try {
      return Profile.parse(profile);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--profile: " + e.getMessage(), e);
    }
  }

  private Recipe recipe() throws IOException, RenderScript.Refused {
    if (!Files.isRegularFile(recipe)) {
      throw new ParameterException(spec.commandLine(), "--recipe: there is no file " + recipe);
    }
    Recipe.Parsed parsed = Recipe.parse(Files.readAllBytes(recipe));
    if (parsed instanceof Recipe.Invalid invalid) {
      throw new RenderScript.Refused(invalid.errors());
    }
    return ((Recipe.Valid) parsed).recipe();
  }

  private static String summary(Composed composed) {
    ObjectNode json = Json.MAPPER.createObjectNode();
    json.put("file", composed.file().toString());
    json.put("bytes", composed.bytes());
    json.put("frames", composed.frames());
    json.put("expected_frames", composed.expectedFrames());
    json.put("duration_seconds", composed.durationSeconds());
    json.put("normalise_seconds", rounded(composed.normaliseSeconds()));
    json.put("compose_seconds", rounded(composed.composeSeconds()));
    json.set("picks", Json.MAPPER.valueToTree(composed.plan().script().picks()));
    json.set("segments", Json.MAPPER.valueToTree(composed.plan().segments()));
    return json.toString();
  }

  private static double rounded(double seconds) {
    return Math.round(seconds * 1000) / 1000.0;
  }

  private int fail(int code, List<FieldError> errors) {
    PrintWriter err = spec.commandLine().getErr();
    errors.forEach(error -> err.println("kinebeam compose: " + error.message()));
    err.flush();
    return code;
  }
}
