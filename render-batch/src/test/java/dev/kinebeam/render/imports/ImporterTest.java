package dev.kinebeam.render.imports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.catalog.db.CreatedVideos;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.ImportedVideos;
import dev.kinebeam.catalog.db.Render;
import dev.kinebeam.catalog.db.RenderClaims;
import dev.kinebeam.catalog.db.ReplacedVideos;
import dev.kinebeam.composer.testing.SampleBundle;
import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.program.retry.Retrier;
import dev.kinebeam.render.hosting.Claims;
import dev.kinebeam.render.hosting.HostWaits;
import dev.kinebeam.render.hosting.Publisher;
import dev.kinebeam.render.testing.FakeVideoHost;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.RenderKey;
import dev.kinebeam.testkit.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With the rights of the render programs, real files and a real decoder. */
@Tag("servers")
class ImporterTest {
  private static final ReplacedVideos.Remover REMOVER =
      new ReplacedVideos.Remover("removal", Optional.empty());

  private static final long ONE_GIGABYTE = 1L << 30;

  @TempDir Path folder;
  private final FakeVideoHost host = new FakeVideoHost();
  private final ProbeChildren probes = new ProbeChildren(Duration.ofSeconds(30));
  private final HostWaits waits = new HostWaits(InstantSource.system());
  private final List<String> progress = Collections.synchronizedList(new ArrayList<>());
  private Duration playableWithin = Duration.ofSeconds(10);
  private DataSource owner;
  private Database database;
  private Claims claims;

  @BeforeEach
  void start() throws IOException {
    TestPostgres postgres = TestPostgres.migrated();
    owner = postgres.owner();
    database = Database.over(postgres.as("render"));
    Retrier retrier = Retrier.within(Duration.ofSeconds(1));
    claims = new Claims(new RenderClaims(database), Duration.ofSeconds(5), retrier);
    Path sample = SampleBundle.directory();
    Files.copy(sample.resolve("intro-video-1.mp4"), folder.resolve("neck.mp4"));
    Files.copy(sample.resolve("outro-video-1.mp4"), folder.resolve("knee.mp4"));
  }

  @AfterEach
  void stop() {
    claims.close();
    probes.close();
  }

  private ImportReport serve(String... lines) throws Exception {
    Path table = Files.write(folder.resolve("table.csv"), Arrays.asList(lines));
    Retrier retrier = Retrier.within(Duration.ofSeconds(1));
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
            new Downloads(Set.of(), ONE_GIGABYTE, Duration.ofSeconds(5)),
            probes,
            folder,
            ONE_GIGABYTE,
            Duration.ofSeconds(10));
    return new ImportRun(importer, 2, waits, progress::add)
        .serve(ImportFile.read(FileAddress.of(table)), FileAddress.of(resultFile()));
  }

  private Path resultFile() {
    return folder.resolve("results");
  }

  private List<RowResult> results() throws IOException {
    List<RowResult> results = new ArrayList<>();
    for (String line : Files.readAllLines(resultFile())) {
      results.add(Json.MAPPER.readValue(line, RowResult.class));
    }
    return results;
  }

  private Render render(String exercise, String language, int version) {
    return new ExerciseRenders(database)
        .find(new RenderKey(exercise, RenderKey.IMPORTED, language, version))
        .orElseThrow();
  }

  @Test
  void aVideoBecomesADraftExerciseWithARowAndAPreviewAndTheSecondTimeNothing() throws Exception {
    String[] table = {
      "exercise,language,file,display_name,media_id",
      "neck-turns,ro,neck.mp4,Rotiri,m-1",
      "knee-bends,ro,knee.mp4,,"
    };
    ImportReport first = serve(table);
    assertThat(first.imported()).isEqualTo(2);

    Exercises.Exercise exercise = new Exercises(database).find("neck-turns").orElseThrow();
    assertThat(exercise.kind()).isEqualTo(Exercises.Kind.DURATION_BASED);
    assertThat(exercise.status()).isEqualTo(Exercises.Status.DRAFT);
    assertThat(exercise.displayName()).isEqualTo("Rotiri");
    assertThat(exercise.mediaId()).contains("m-1");
    Render render = render("neck-turns", "ro", 1);
    assertThat(render.status()).isEqualTo(Render.Status.READY);
    // 42 frames at 30 to the second, by the sample's drawing plan.
    assertThat(render.outcome().orElseThrow().durationSeconds()).isEqualTo(1.4);
    assertThat(catalogPreview("neck-turns")).isEqualTo(render.renderId().toString());

    ImportReport second = serve(table);
    assertThat(second.changes()).isZero();
    assertThat(second.unchanged()).isEqualTo(2);
    assertThat(host.uploads()).isEqualTo(2);
  }

  @Test
  void aFileThatIsNotAVideoIsReportedAndStopsNoOtherRow() throws Exception {
    Files.write(folder.resolve("empty.mp4"), new byte[0]);
    Files.writeString(folder.resolve("playlist.mp4"), "#EXTM3U\nfile:///etc/passwd\n");
    byte[] whole = Files.readAllBytes(folder.resolve("neck.mp4"));
    Files.write(folder.resolve("half.mp4"), Arrays.copyOf(whole, whole.length / 2));
    Files.copy(
        SampleBundle.directory().resolve("audio/ro/intro-vo-1.mp3"), folder.resolve("song.mp4"));
    ImportReport report =
        serve(
            "exercise,language,file,url,video_id",
            "a,ro,empty.mp4,,",
            "b,ro,playlist.mp4,,",
            "c,ro,half.mp4,,",
            "d,ro,song.mp4,,",
            "e,ro,missing.mp4,,",
            "f,ro,,https://old.example/f.mp4,",
            "g,ro,,,gone",
            "h,ro,neck.mp4,,");
    assertThat(report.failed()).isEqualTo(7);
    assertThat(report.imported()).isEqualTo(1);
    List<RowResult> failed =
        results().stream().filter(row -> row.status() == RowResult.Status.FAILED).toList();
    assertThat(failed)
        .allSatisfy(
            row -> {
              assertThat(row.field()).isIn("file", "url", "video_id");
              assertThat(row.value()).isNotBlank();
              assertThat(row.reason()).isNotBlank();
            });
    assertThat(reason(1)).contains("0 bytes");
    assertThat(reason(2)).contains("HLS playlist");
    assertThat(reason(4)).contains("no video stream");
    assertThat(reason(5)).contains("there is no file");
    assertThat(reason(6)).contains("not allowed");
    assertThat(new Exercises(database).find("a")).isEmpty();
  }

  private String reason(int row) throws IOException {
    return results().stream()
        .filter(result -> result.row() == row)
        .findFirst()
        .orElseThrow()
        .reason();
  }

  @Test
  void anotherVideoReplacesTheOldAndItsOtherLanguagesGoAlong() throws Exception {
    serve("exercise,language,file", "neck-turns,ro,neck.mp4", "neck-turns,en,knee.mp4");
    String english = render("neck-turns", "en", 1).outcome().orElseThrow().hostVideoId();
    String old = render("neck-turns", "ro", 1).outcome().orElseThrow().hostVideoId();
    Files.copy(SampleBundle.directory().resolve("pauza-video-1.mp4"), folder.resolve("neck2.mp4"));

    ImportReport report = serve("exercise,language,file", "neck-turns,ro,neck2.mp4");

    assertThat(report.replaced()).isEqualTo(1);
    assertThat(new Exercises(database).find("neck-turns").orElseThrow().assetVersion())
        .isEqualTo(2);
    Render romanian = render("neck-turns", "ro", 2);
    assertThat(romanian.outcome().orElseThrow().hostVideoId()).isNotEqualTo(old);
    assertThat(render("neck-turns", "en", 2).outcome().orElseThrow().hostVideoId())
        .isEqualTo(english);
    assertThat(one("SELECT count(*) FROM exercise_renders")).isEqualTo("2");
    assertThat(one("SELECT host_video_id FROM replaced_videos")).isEqualTo(old);
    assertThat(
            List.of(
                romanian.renderId().toString(),
                render("neck-turns", "en", 2).renderId().toString()))
        .contains(catalogPreview("neck-turns"));
  }

  @Test
  void aComposedExerciseTakesNoWholeVideo() throws Exception {
    new Exercises(Database.over(owner)).ensureRepsBased("squat", "Squat", "m-9");
    serve("exercise,language,file,media_id", "squat,ro,neck.mp4,", "neck-turns,ro,knee.mp4,m-9");
    assertThat(reason(1)).contains("composed of primitives");
    assertThat(reason(2)).contains("another exercise has this media_id");
    assertThat(host.uploads()).isZero();
  }

  @Test
  void aFaultOfOursFailsItsRowAndAnAddressWithoutSchemeIsNone() throws Exception {
    host.faultAt("neck-turns.ro.");
    ImportReport report =
        serve(
            "exercise,language,file,url",
            "neck-turns,ro,neck.mp4,",
            "hip-turns,ro,,//host/a.mp4",
            "knee-bends,ro,knee.mp4,");
    assertThat(report.failed()).isEqualTo(2);
    assertThat(report.imported()).isEqualTo(1);
    assertThat(reason(1)).contains("a fault at neck-turns.ro.");
    assertThat(reason(2)).contains("must be an https:// address");
    assertThat(one("SELECT count(*) FROM render_claims")).isEqualTo("0");
  }

  @Test
  void aFileWithALineBreakInItsNameIsLookedAtLikeAnyOther() throws Exception {
    Path broken = Files.copy(folder.resolve("neck.mp4"), folder.resolve("a\nb.mp4"));
    assertThat(probes.probe(broken)).isEqualTo(probes.probe(folder.resolve("neck.mp4")));
  }

  @Test
  void aVideoThatWasAtTheHostBeforehandIsNeverDeletedAndOneThatWeUploadedIs() throws Exception {
    host.put("theirs");
    serve("exercise,language,video_id", "neck-turns,ro,theirs");
    serve("exercise,language,file", "neck-turns,ro,neck.mp4");
    assertThat(one("SELECT count(*) FROM replaced_videos")).isEqualTo("0");
    String ours = render("neck-turns", "ro", 2).outcome().orElseThrow().hostVideoId();
    serve("exercise,language,video_id", "neck-turns,ro,theirs");
    assertThat(one("SELECT host_video_id FROM replaced_videos")).isEqualTo(ours);
  }

  @Test
  void aDeletionThatTheHostRefusesWaitsADayAndHoldsUpNoOther() throws Exception {
    ReplacedVideos replaced = new ReplacedVideos(database);
    noteReplaced("refused");
    noteReplaced("willing");
    due("refused", 2);
    due("willing", 1);
    List<String> asked = new ArrayList<>();
    while (replaced
        .deleteOne("fake", REMOVER, id -> asked.add(id) && !id.equals("refused"))
        .isPresent()) {
      assertThat(asked.size()).isLessThan(3);
    }
    assertThat(asked).containsExactly("refused", "willing");
    assertThat(
            one(
                "SELECT host_video_id FROM replaced_videos"
                    + " WHERE delete_after > now() + interval '23 hours'"))
        .isEqualTo("refused");
    assertThat(one("SELECT count(*) FROM replaced_videos")).isEqualTo("1");
  }

  @Test
  void aVideoThatTheHostDoesNotFinishIsRemovedAndTheWaitIsNamed() throws Exception {
    host.neverFinish(true);
    playableWithin = Duration.ofMillis(2_500);
    serve("exercise,language,file", "neck-turns,ro,neck.mp4");
    assertThat(reason(1)).contains("did not make it playable within 2 s", "percent=50");
    assertThat(host.count()).isZero();
    assertThat(one("SELECT count(*) FROM created_videos")).isEqualTo("0");
    assertThat(progress)
        .anySatisfy(
            line ->
                assertThat(line)
                    .containsPattern(
                        "waiting for the video host to make neck-turns\\.ro\\.[0-9a-f]{16}"
                            + " playable: processing, 50 % done, for [0-2] s, at most 2 s"));

    host.neverFinish(false);
    assertThat(serve("exercise,language,file", "neck-turns,ro,neck.mp4").imported()).isEqualTo(1);
    assertThat(host.count()).isEqualTo(1);
    assertThat(one("SELECT count(*) FROM created_videos")).isEqualTo("0");
  }

  private void noteReplaced(String hostVideoId) throws Exception {
    one(
        "INSERT INTO replaced_videos (host, host_video_id, render_id) VALUES ('fake', '"
            + hostVideoId
            + "', gen_random_uuid()) RETURNING host_video_id");
  }

  private void due(String hostVideoId, int hoursAgo) throws Exception {
    one(
        "UPDATE replaced_videos SET delete_after = now() - interval '"
            + hoursAgo
            + " hours' WHERE host_video_id = '"
            + hostVideoId
            + "' RETURNING host_video_id");
  }

  private String catalogPreview(String slug) throws Exception {
    return one("SELECT catalog_render_id FROM exercises WHERE slug = '" + slug + "'");
  }

  private String one(String query) throws Exception {
    try (var connection = owner.getConnection();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
