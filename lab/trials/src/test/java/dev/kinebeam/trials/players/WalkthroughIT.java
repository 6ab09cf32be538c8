package dev.kinebeam.trials.players;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.microsoft.playwright.Page;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.composer.mezzanine.Profile;
import dev.kinebeam.localstack.services.Endpoints;
import dev.kinebeam.localstack.services.LocalStack;
import dev.kinebeam.localstack.services.StackSettings;
import dev.kinebeam.program.database.DatabaseSettings;
import dev.kinebeam.programs.process.EnvFiles;
import dev.kinebeam.sample.SampleExercise;
import dev.kinebeam.sample.picture.Barcode;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.trials.browser.Chromium;
import dev.kinebeam.trials.browser.HlsPlayer;
import dev.kinebeam.trials.browser.RenderFrames;
import dev.kinebeam.trials.browser.WebPlayer;
import dev.kinebeam.trials.docs.DocumentShell;
import dev.kinebeam.trials.docs.DocumentSteps;
import dev.kinebeam.trials.docs.ShownAnswer;
import dev.kinebeam.trials.orders.RenderJobProcess;
import dev.kinebeam.trials.servers.OwnHostProcess;
import dev.kinebeam.trials.servers.RunningParts;
import dev.kinebeam.trials.servers.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * docs/walkthrough.md, typed from its first command to its last: its answers are those that it
 * shows, and its videos play.
 */
@Tag("browser")
class WalkthroughIT {
  /** What {@code ./kinebeam sample --small} draws. */
  private static final SampleExercise SAMPLE = SampleExercise.tiny();

  private static final List<Integer> LINES = List.of(1080, 720, 480, 360);
  private static final int SOME = 7;
  private static final Duration BLOCK_WITHIN = Duration.ofMinutes(3);
  private static final Pattern VIDEO = Pattern.compile("/v/([0-9a-f-]{36})/");

  @TempDir private static Path dir;
  private static RunningParts parts;
  private static LocalPages pages;
  private static Endpoints endpoints;
  private static ServerProcess coreApi;

  @BeforeAll
  static void start() throws Exception {
    parts = new RunningParts();
    pages = LocalPages.empty();
    parts.keep(pages::close);
    parts.startOrClose(WalkthroughIT::startPrograms);
  }

  private static void startPrograms() throws IOException {
    LocalStack stack = LocalStack.start(StackSettings.forTests(dir.resolve("stack")));
    parts.keep(stack::close);
    Path programs = dir.resolve("programs");
    OwnHostProcess host =
        OwnHostProcess.start(
            stack.endpoints(),
            programs,
            RenderJobProcess.directory(programs),
            0,
            pages.origin().toString());
    parts.keep(host);
    endpoints = stack.endpoints().with(host.access());
    parts.keep(RenderJobProcess.start(endpoints, programs, Profile.FULL_HD, 2));
    coreApi = ServerProcess.coreApi(endpoints, programs, 0);
    parts.keep(coreApi);
    parts.keep(ServerProcess.worker(endpoints, programs, "--development", "--superseded-after=3"));
  }

  @AfterAll
  static void stop() throws Exception {
    parts.close();
  }

  @Test
  void everyAnswerOfTheWalkIsAsShownAndEveryVideoPlaysInFourQualities() throws Exception {
    Path folder = Files.createDirectory(dir.resolve("reader"));
    EnvFiles.write(endpoints::toEnvironment, folder.resolve(".local/env"));
    List<DocumentSteps.Step> steps = DocumentSteps.of("walkthrough.md");
    List<String> different = new ArrayList<>();
    List<UUID> played = new ArrayList<>();
    try (DocumentShell shell = new DocumentShell(folder, BLOCK_WITHIN);
        Chromium chromium = Chromium.start()) {
      for (DocumentSteps.Step step : steps) {
        List<String> printed =
            shell.type(
                step.commands().replace("http://127.0.0.1:8090", coreApi.address().toString()));
        if (step.answer().isPresent()) {
          JsonNode answer = Json.MAPPER.readTree(last(printed));
          ShownAnswer.differences(step.answer().get(), answer)
              .forEach(one -> different.add(one + "; after " + step.commands() + answer));
        }
        if (step.plays()) {
          // Every joint of the first one; of the others that they play, and what.
          played.add(play(chromium, URI.create(last(printed)), played.isEmpty() ? 1 : SOME));
        }
      }
    }
    assertThat(different).isEmpty();
    assertThat(played)
        .as("preview, workout, new preview, workout as before, as it moved on, and that again")
        .hasSize(6);
    assertThat(played.get(3)).isEqualTo(played.get(1));
    assertThat(played.get(5)).isEqualTo(played.get(4));
    assertThat(new HashSet<>(played)).hasSize(4);
  }

  private static String last(List<String> printed) {
    return printed.get(printed.size() - 1);
  }

  /** In every quality the right picture at one in so many joints; returns which render it is. */
  private static UUID play(Chromium chromium, URI master, int oneIn) throws IOException {
    Map<Integer, Barcode> frames;
    UUID id;
    try (Database database = database()) {
      id = render(database, master);
      Render render = new ExerciseRenders(database).find(id).orElseThrow();
      frames = RenderFrames.of(SAMPLE, render.outcome().orElseThrow());
    }
    assertThat(frames).hasSizeGreaterThan(10);
    try (Page page = chromium.page()) {
      List<String> complaints = Chromium.complaintsOf(page);
      for (int lines : LINES) {
        HlsPlayer player =
            HlsPlayer.in(page, pages.origin(), WebPlayer.HLS_JS, Path.of("not looked at"));
        player.open(master, lines);
        List<String> wrong = new ArrayList<>();
        List<Integer> looked = List.copyOf(frames.keySet());
        for (int i = 0; i < looked.size(); i += oneIn) {
          int frame = looked.get(i);
          HlsPlayer.Shown shown = player.at((frame + 0.5) / SampleExercise.FPS);
          if (!shown.barcode().equals(Optional.of(frames.get(frame))) || shown.lines() != lines) {
            wrong.add(frame + " shows " + shown + " instead of " + frames.get(frame));
          }
        }
        assertThat(wrong).as("%s in %d lines", master, lines).isEmpty();
      }
      assertThat(complaints).isEmpty();
    }
    return id;
  }

  private static Database database() {
    Endpoints.Database access = endpoints.database();
    return Database.open(
        new DatabaseSettings(access.url(), access.admin().user(), access.admin().password()));
  }

  private static UUID render(Database database, URI master) {
    Matcher video = VIDEO.matcher(master.getPath());
    assertThat(video.find()).as(master.toString()).isTrue();
    return database.inTransaction(
        handle ->
            handle
                .createQuery("SELECT render_id FROM exercise_renders WHERE host_video_id = :video")
                .bind("video", video.group(1))
                .mapTo(UUID.class)
                .one());
  }
}
