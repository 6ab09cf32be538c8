package dev.kinebeam.trials.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.host.BunnyStream;
import dev.kinebeam.catalog.host.BunnyStreamSettings;
import dev.kinebeam.catalog.host.VideoHost;
import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.media.BundleCheckCommand;
import dev.kinebeam.programs.media.BundlePrepareCommand;
import dev.kinebeam.programs.process.Daemon;
import dev.kinebeam.programs.process.JavaProgram;
import dev.kinebeam.render.RenderMain;
import dev.kinebeam.render.imports.ImportMain;
import dev.kinebeam.sample.BundleProgress;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.Recipe;
import dev.kinebeam.schemas.render.SetSpec;
import dev.kinebeam.trials.browser.Chromium;
import dev.kinebeam.trials.browser.HlsPlayer;
import dev.kinebeam.trials.browser.RenderFrames;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/**
 * A whole catalogue, from a filming team's files to the pictures in a browser: prepared and checked
 * as a bundle, every recipe rendered by the command, played by the player that clinics have, and at
 * each joint the right frame is on screen.
 */
@Tag("browser")
class CataloguePlaysIT {
  private static final SampleExercise SAMPLE = SampleExercise.small();
  private static final int FPS = SampleExercise.FPS;

  @TempDir Path folder;

  @Test
  void everyRecipeOfTheCatalogueShowsTheRightPictureAtEachJoint() throws Exception {
    Path raw = folder.resolve("raw");
    SAMPLE.writeRawTo(raw, BundleProgress.NONE);
    try (BulkDrillEnvironment environment =
        BulkDrillEnvironment.open(folder.resolve("stack"), line -> {})) {
      String slug = SampleExercise.SLUG;
      prepare(environment, raw, slug);
      List<ComposeOrder> orders =
          List.of(
              order(slug, new SetSpec("left", 5), new SetSpec("right", 5)),
              order(slug, new SetSpec("left", 10), new SetSpec("right", 10)),
              order(slug, new SetSpec("right", 20)));
      Map<String, String> env = environment.environment();
      try (Database database =
              Database.open(DatabaseSettings.fromEnvironment(env, "kinebeam_render"));
          Chromium chromium = Chromium.start()) {
        VideoHost host = BunnyStream.open(BunnyStreamSettings.fromEnvironment(env));
        ExerciseRenders renders = new ExerciseRenders(database);
        // All but the preview were begun before; the catalogue knows them from then on.
        for (ComposeOrder order : orders.subList(1, orders.size())) {
          renders.begin(order);
        }
        renderCatalogue(environment);
        ordersAndTablesMayBeObjects(environment, orders.get(0));

        for (ComposeOrder order : orders) {
          Render render = renders.find(order.key()).orElseThrow();
          assertThat(render.error()).isEmpty();
          assertPlays(chromium, host, render.outcome().orElseThrow());
        }
      }
    }
  }

  /** As the filming team's files come, with nothing to correct. */
  private void prepare(BulkDrillEnvironment environment, Path raw, String slug) throws IOException {
    String bucket = "s3://" + environment.endpoints().objectStore().bucket();
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int prepared =
        new CommandLine(new BundlePrepareCommand(environment.environment()))
            .setOut(out)
            .setErr(out)
            .execute(
                raw.toString(),
                "--exercise=" + slug,
                "--language=" + SampleExercise.LANGUAGE,
                "--out=" + folder,
                "--sync=" + bucket,
                "--register");
    assertThat(prepared).as(said::toString).isZero();
    assertThat(said.toString()).contains(slug + " is in the catalogue, asset version 1");

    StringWriter found = new StringWriter();
    int checked =
        new CommandLine(new BundleCheckCommand(environment.environment()))
            .setOut(new PrintWriter(found))
            .setErr(out)
            .execute(folder.resolve(slug).toString(), "--json");
    assertThat(checked).isZero();
    JsonNode verdict = Json.MAPPER.readTree(found.toString());
    assertThat(verdict.path("errors").asInt(-1)).as(found::toString).isZero();
    assertThat(verdict.path("warnings").asInt(-1)).as(found::toString).isZero();
  }

  private static ComposeOrder order(String slug, SetSpec... sets) {
    return new ComposeOrder(
        new Recipe(slug, SampleExercise.LANGUAGE, List.of(sets), null, false), 1, false);
  }

  private void renderCatalogue(BulkDrillEnvironment environment)
      throws IOException, InterruptedException {
    FileAddress report = stored(environment, "report.json");
    FileAddress results = stored(environment, "catalogue.results");
    Daemon job =
        Daemon.start(
            new JavaProgram(
                "render-catalogue",
                System.getProperty("java.class.path"),
                RenderMain.class.getName(),
                List.of("-Xmx512m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"),
                List.of(
                    "--all-exercises",
                    "--profile=216p",
                    "--report=" + report,
                    "--results=" + results,
                    "--dir=" + folder.resolve("render")),
                environment.environment()),
            folder);
    try {
      assertThat(job.process().onExit()).as(job::lastWords).succeedsWithin(3, TimeUnit.MINUTES);
    } finally {
      job.kill();
    }
    JsonNode result = Json.MAPPER.readTree(report.text());
    assertThat(result.path("rendered").asInt()).as(result::toString).isEqualTo(3);
    assertThat(result.path("failures")).as(result::toString).isEmpty();
    assertThat(results.text().lines()).hasSize(3).allMatch(line -> line.contains("\"ready\""));
    assertThat(results.plus(".refused").text()).isEmpty();
  }

  /** Orders, tables, results and reports may be objects. */
  private static void ordersAndTablesMayBeObjects(
      BulkDrillEnvironment environment, ComposeOrder order) throws IOException {
    FileAddress orders = stored(environment, "orders.ndjson");
    orders.write(order.encode());
    FileAddress report = stored(environment, "estimate.json");
    assertThat(
            new CommandLine(new RenderMain(environment.environment()))
                .execute("--orders=" + orders, "--estimate", "--report=" + report))
        .isZero();
    assertThat(Json.MAPPER.readTree(report.text()).path("ready").asInt()).isEqualTo(1);

    FileAddress table = stored(environment, "table.csv");
    table.write("exercise,language,file\nwhole-video,ro,beside.mp4\n".getBytes(UTF_8));
    assertThat(
            new CommandLine(new ImportMain(environment.environment()))
                .execute(table.toString(), "--report=" + report))
        .isEqualTo(1);
    assertThat(Json.MAPPER.readTree(report.text()).path("failed").asInt()).isEqualTo(1);
    assertThat(table.plus(".results").text())
        .contains("\"value\":\"beside.mp4\"")
        .contains("the table is in an object store, and no file is beside it");
  }

  private static FileAddress stored(BulkDrillEnvironment environment, String name) {
    return FileAddress.parse(
        "s3://" + environment.endpoints().objectStore().bucket() + "/bulk/" + name,
        environment.environment());
  }

  private static void assertPlays(Chromium chromium, VideoHost host, Render.Outcome outcome)
      throws IOException {
    try (com.microsoft.playwright.Page page = chromium.page()) {
      List<String> complaints = Chromium.complaintsOf(page);
      HlsPlayer player = HlsPlayer.in(page);
      double seconds = player.open(host.playback(outcome.hostVideoId()).hls());
      assertThat(seconds).isBetween(outcome.durationSeconds(), outcome.durationSeconds() + 0.05);

      List<String> wrong = new ArrayList<>();
      RenderFrames.of(SAMPLE, outcome)
          .forEach(
              (frame, barcode) -> {
                HlsPlayer.Shown shown = player.at((frame + 0.5) / FPS);
                if (shown.barcode().filter(barcode::equals).isEmpty()) {
                  wrong.add(frame + " shows " + shown + " instead of " + barcode);
                }
              });
      assertThat(wrong).isEmpty();
      assertThat(complaints).isEmpty();
    }
  }
}
