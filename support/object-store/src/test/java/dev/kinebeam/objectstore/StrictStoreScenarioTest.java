package dev.kinebeam.objectstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.testkit.BucketServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that answers 400 to every checksum, and to bodies in signed chunks. */
class StrictStoreScenarioTest {
  private static final String KEY = "a/b";
  private static final byte[] FILM = new byte[300_000];

  @TempDir Path folder;
  private BucketServer server;
  private ObjectStore store;

  @BeforeEach
  void start() throws Exception {
    server = new BucketServer();
    store = ObjectStore.open(ObjectStoreSettings.fromEnvironment(server.environment()));
  }

  @AfterEach
  void stop() {
    store.close();
    server.close();
  }

  @Test
  void takesBytesAndFilesAsTheyAre() throws Exception {
    store.put(KEY, "bytes".getBytes(UTF_8), "text/plain");
    assertThat(server.objects.get(KEY)).isEqualTo("bytes".getBytes(UTF_8));
    store.put(KEY, Files.write(folder.resolve("film"), FILM), "video/mp4");
    assertThat(server.objects.get(KEY)).isEqualTo(FILM);
  }

  @Test
  void givesWhatItHas() throws Exception {
    server.objects.put(KEY, FILM);
    StoredObject head = store.head(KEY).orElseThrow();
    assertThat(head.bytes()).isEqualTo(FILM.length);
    assertThat(store.read(KEY)).isEqualTo(FILM);
    Path file = folder.resolve("film");
    store.download(KEY, file);
    assertThat(file).hasBinaryContent(FILM);
    assertThat(store.list("a/")).extracting(StoredObject::key).isEqualTo(List.of(KEY));
    store.delete(KEY);
    assertThat(store.exists(KEY)).isFalse();
  }

  @Test
  void conditionsHoldByTheEtag() throws Exception {
    String etag = store.putIfAbsent(KEY, "first".getBytes(UTF_8), "text/plain").orElseThrow();
    assertThat(store.putIfAbsent(KEY, "other".getBytes(UTF_8), "text/plain")).isEmpty();
    assertThat(store.readVersion(KEY).etag()).isEqualTo(etag);
    Path file = folder.resolve("version");
    assertThat(store.downloadVersion(KEY, etag, file)).isTrue();
    assertThat(store.putIfUnchanged(KEY, etag, FILM, "video/mp4")).isPresent();
    assertThat(store.putIfUnchanged(KEY, etag, FILM, "video/mp4")).isEmpty();
    Files.delete(file);
    assertThat(store.downloadVersion(KEY, etag, file)).isFalse();
    assertThat(file).doesNotExist();
  }

  @Test
  void signedAddressesAreOpenToPlainClients() throws Exception {
    Duration hour = Duration.ofHours(1);
    HttpRequest put =
        HttpRequest.newBuilder(store.presignPut(KEY, "video/mp4", hour))
            .header("Content-Type", "video/mp4")
            .PUT(BodyPublishers.ofByteArray(FILM))
            .build();
    assertThat(answer(put).statusCode()).isEqualTo(200);
    URI address = store.presignGet(KEY, hour);
    assertThat(answer(HttpRequest.newBuilder(address).build()).body()).isEqualTo(FILM);
  }

  private static HttpResponse<byte[]> answer(HttpRequest request) throws Exception {
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofByteArray());
  }
}
