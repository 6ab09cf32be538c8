package dev.kinebeam.catalog.curation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.catalog.bundle.Bundles;
import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.ImportedVideos;
import dev.kinebeam.catalog.host.VideoHosts;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.testkit.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Hosted videos are adopted with no more than the administrators' rights. */
@Tag("servers")
class VideoAdoptionTest {
  private static final String FIRST = "d9f6c9c4-0000-4000-8000-000000000001";
  private static final String SECOND = "d9f6c9c4-0000-4000-8000-000000000002";
  private static final int REFUSES = -1;
  private static final Curator PLATFORM = new Curator(Optional.empty(), "test");

  static {
    // Headers and body are two writes; the second waits for an acknowledgement otherwise.
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  /** The status that Bunny Stream's API gives each video; 404 for others. */
  private static final Map<String, Integer> VIDEOS = new ConcurrentHashMap<>();

  private static TestPostgres postgres;
  private static HttpServer host;
  private static ExerciseStore store;
  private static CatalogueImport imports;

  @BeforeAll
  static void start() throws Exception {
    postgres = TestPostgres.migrated();
    host = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    host.createContext(
        "/library/7/videos/",
        exchange -> {
          String id = exchange.getRequestURI().getPath().replaceAll(".*/", "");
          Integer status = VIDEOS.get(id);
          byte[] body =
              """
              {"guid":"%s","title":"t","status":%s,"length":31,"width":1920,"height":1080,
               "encodeProgress":40}
              """
                  .formatted(id, status)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(
              status == null ? 404 : status == REFUSES ? 403 : 200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    host.start();
    String address = "http://127.0.0.1:" + host.getAddress().getPort();
    VideoHosts hosts =
        VideoHosts.open(
            VideoHosts.Settings.fromEnvironment(
                Map.of(
                    "BUNNY_STREAM_BASE_URL",
                    address,
                    "BUNNY_STREAM_LIBRARY_ID",
                    "7",
                    "BUNNY_STREAM_API_KEY",
                    "key",
                    "BUNNY_STREAM_CDN_HOSTNAME",
                    address)));
    Database admin = Database.over(postgres.as("admin"));
    store = new ExerciseStore(admin);
    imports =
        new CatalogueImport(
            store, Optional.of(new VideoAdoption(new ImportedVideos(admin), hosts)));
  }

  @AfterAll
  static void stop() {
    host.stop(0);
    postgres.close();
  }

  private static ImportedRow adopt(String slug, String language, String video) throws IOException {
    String row =
        """
        {"slug":"%s","kind":"duration_based","display_name":"Plank","host":"bunny",
         "hosted_video_id":"%s","language":"%s"}
        """
            .formatted(slug, video, language);
    List<JsonNode> rows = List.of(Json.MAPPER.readTree(row));
    return imports.run(rows, "test").get(0);
  }

  @Test
  void aPlayableVideoIsAdoptedOnceAndPublishesItsExercise() throws Exception {
    VIDEOS.put(FIRST, 4);
    VIDEOS.put(SECOND, 4);
    assertThat(adopt("plank", "ro", FIRST).result()).isEqualTo(ImportedRow.Result.ADDED);
    assertThat(adopt("plank", "ro", FIRST).result()).isEqualTo(ImportedRow.Result.UNCHANGED);
    assertThat(adopt("plank", "en", SECOND).result()).isEqualTo(ImportedRow.Result.CHANGED);
    CatalogueEntry entry = find("plank");
    assertThat(entry.video().previews()).hasSize(2);

    Publishing publishing = new Publishing(store, new Bundles(new NoBundles()));
    CatalogueEntry published =
        publishing.publish(PLATFORM, entry.id(), any -> true).orElseThrow().entry();
    assertThat(published.status()).isEqualTo(Exercises.Status.PUBLISHED);

    assertThat(adopt("plank", "ro", SECOND.replace("2", "3")).result())
        .as("the host does not know it")
        .isEqualTo(ImportedRow.Result.REFUSED);
    VIDEOS.put(SECOND.replace("2", "3"), 4);
    assertThat(adopt("plank", "ro", SECOND.replace("2", "3")).result())
        .isEqualTo(ImportedRow.Result.CHANGED);
    CatalogueEntry replaced = find("plank");
    assertThat(replaced.video().assetVersion()).isEqualTo(2);
    assertThat(replaced.video().previews())
        .hasSize(2)
        .allSatisfy(preview -> assertThat(preview.path("asset_version").asInt()).isEqualTo(2));
    assertThat(replaced.status()).isEqualTo(Exercises.Status.PUBLISHED);
    assertThat(actors(replaced)).containsOnly("test");
  }

  /** Whom the audit log names for what became of an exercise. */
  private static List<String> actors(CatalogueEntry entry) {
    return Database.over(postgres.owner())
        .inTransaction(
            handle ->
                handle
                    .select("SELECT actor FROM audit_log WHERE subject = ?", entry.id().toString())
                    .mapTo(String.class)
                    .list());
  }

  private record NoBundles() implements Bundles.Files {
    @Override
    public List<String> list(String exercise) {
      return List.of();
    }

    @Override
    public byte[] read(String exercise, String file) {
      throw new IllegalStateException("there are no files");
    }
  }

  private static CatalogueEntry find(String slug) {
    return store
        .list(
            PLATFORM,
            new ExerciseFilter(
                Optional.empty(), Optional.empty(), Optional.of(slug), Optional.empty()),
            1)
        .get(0);
  }

  @Test
  void aVideoThatDoesNotPlayYetIsRefusedAndTheExerciseStays() throws Exception {
    String video = FIRST.replace('1', '5');
    VIDEOS.put(video, 3);
    ImportedRow row = adopt("bridge", "ro", video);
    assertThat(row.result()).isEqualTo(ImportedRow.Result.REFUSED);
    assertThat(row.errors().get(0).message()).contains("still making playable");
    assertThat(find("bridge").status()).isEqualTo(Exercises.Status.DRAFT);
    VIDEOS.put(video, 5);
    assertThat(adopt("bridge", "ro", video).errors().get(0).message())
        .contains("could not make playable");
  }

  @Test
  void aComposedExerciseTakesNoWholeVideo() throws Exception {
    store.create(
        PLATFORM,
        Json.MAPPER.readTree(
            "{\"slug\":\"composed\",\"kind\":\"reps_based\",\"display_name\":\"C\"}"),
        Optional.empty());
    VIDEOS.put(FIRST, 4);
    ImportedRow row = adopt("composed", "ro", FIRST);
    assertThat(row.result()).isEqualTo(ImportedRow.Result.REFUSED);
    assertThat(row.errors().get(0).field()).isEqualTo("kind");
  }

  /** What was entered stays, and the same rows continue the import. */
  @Test
  void anImportThatBreaksOffIsContinuedByTheSameRows() throws Exception {
    String video = FIRST.replace('1', '7');
    VIDEOS.put(video, REFUSES);
    assertThatThrownBy(() -> adopt("side-plank", "ro", video)).isInstanceOf(IOException.class);
    assertThat(find("side-plank").status()).isEqualTo(Exercises.Status.DRAFT);
    VIDEOS.put(video, 4);
    assertThat(adopt("side-plank", "ro", video).result()).isEqualTo(ImportedRow.Result.CHANGED);
  }
}
