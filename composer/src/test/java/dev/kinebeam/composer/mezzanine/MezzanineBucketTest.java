package dev.kinebeam.composer.mezzanine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.objectstore.ObjectStoreSettings.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whose fault it is; what a real store does is met in MezzanineBucketIT. */
class MezzanineBucketTest {
  private static final String NAME = "v1/abc";
  private static final byte[] SOUND = {1, 2, 3, 4};

  @TempDir Path directory;
  private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  private HttpServer server;
  private ObjectStore store;
  private MezzanineBucket bucket;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] content = objects.get(exchange.getRequestURI().getPath());
          exchange.sendResponseHeaders(content == null ? 404 : 200, content == null ? -1 : 0);
          if (content != null) {
            exchange.getResponseBody().write(content);
          }
          exchange.close();
        });
    server.start();
    store =
        ObjectStore.open(
            new ObjectStoreSettings(
                "shared",
                "eu-central-1",
                Optional.of(URI.create("http://127.0.0.1:" + server.getAddress().getPort())),
                Optional.of(new Credentials("id", "secret"))));
    bucket = new MezzanineBucket(store, Clock.systemUTC());
  }

  @AfterEach
  void stop() {
    store.close();
    server.stop(0);
  }

  @Test
  void aFolderThatCannotBeWrittenIsReportedAndNotAsAFailureOfTheBucket() throws IOException {
    Path made = Files.createDirectory(directory.resolve("made"));
    Files.write(made.resolve(VideoMezzanine.AUDIO_FILE), SOUND);
    EntryIndex index = EntryIndex.of(made);
    store(EntryIndex.FILE, index.json());
    store(VideoMezzanine.AUDIO_FILE + "." + index.parts().get(0).sha256(), SOUND);

    Path noFolder = Files.createFile(directory.resolve("no-folder"));
    assertThatThrownBy(() -> bucket.fetch(NAME, noFolder))
        .hasMessageStartingWith(NAME + " was not normalised: java.nio.file.")
        .hasMessageContaining("in " + noFolder + ", where ")
        .hasMessageEndingWith("it needs up to 1 MB there");

    Path folder = Files.createDirectory(directory.resolve("folder"));
    assertThat(bucket.fetch(NAME, folder)).as("it was not left alone").isTrue();
    assertThat(folder.resolve(VideoMezzanine.AUDIO_FILE)).hasBinaryContent(SOUND);
    assertThat(bucket.counts()).isEqualTo(new SharedMezzanines.Counts(1, 0, 0, 0));
  }

  @Test
  void anIndexThatNamesTooLittleIsABrokenOne() throws IOException {
    store(EntryIndex.FILE, "{\"parts\":[]}".getBytes(StandardCharsets.UTF_8));
    assertThat(bucket.fetch(NAME, directory)).isFalse();
    assertThat(bucket.counts()).isEqualTo(new SharedMezzanines.Counts(0, 0, 0, 1));
  }

  @Test
  void anEntryThatWasEvictedMeanwhileIsNotSharedAndNoFailureIsReported() throws IOException {
    bucket.keep(NAME, directory.resolve("gone"));
    Path entry = Files.createDirectory(directory.resolve("entry"));
    Path sound = Files.write(entry.resolve(VideoMezzanine.AUDIO_FILE), SOUND);
    Files.write(entry.resolve(EntryIndex.FILE), EntryIndex.of(entry).json());
    Files.delete(sound);
    bucket.keep(NAME, entry);
    assertThat(bucket.counts()).isEqualTo(new SharedMezzanines.Counts(0, 0, 0, 0));
  }

  private void store(String file, byte[] content) {
    objects.put("/shared/mezzanines/" + NAME + "/" + file, content);
  }
}
