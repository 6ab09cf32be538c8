package dev.kinebeam.worker.rights;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.objectstore.ObjectStore;
import dev.kinebeam.objectstore.ObjectStoreSettings;
import dev.kinebeam.testkit.BucketServer;
import dev.kinebeam.worker.personal.Leftovers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportedVideosTest {
  @TempDir Path folder;

  private static Leftovers.Video video(long id, String key, Optional<String> etag) {
    return new Leftovers.Video(id, Optional.of(key), etag, "video/mp4");
  }

  @Test
  void originalsThatAreThereStandBesideTheRows() throws Exception {
    Path zip = folder.resolve("my-data.zip");
    try (ZipOutputStream rows = new ZipOutputStream(Files.newOutputStream(zip))) {
      rows.putNextEntry(new ZipEntry("people.json"));
    }
    try (BucketServer server = new BucketServer();
        ObjectStore bucket =
            ObjectStore.open(ObjectStoreSettings.fromEnvironment(server.environment()))) {
      server.objects.put("personal-video/1/1.mp4", "first".getBytes(UTF_8));
      server.objects.put("personal-video/2/1.webm", "second".getBytes(UTF_8));
      server.objects.put("personal-video/5/1.mp4", "as it was completed".getBytes(UTF_8));
      String etag = bucket.head("personal-video/5/1.mp4").orElseThrow().etag();
      server.objects.put("personal-video/6/1.mp4", "put later".getBytes(UTF_8));
      ExportedVideos.Added added =
          new ExportedVideos(bucket)
              .addTo(
                  zip,
                  List.of(
                      video(1, "personal-video/1/1.mp4", Optional.empty()),
                      new Leftovers.Video(
                          2,
                          Optional.of("personal-video/2/1.webm"),
                          Optional.empty(),
                          "video/webm"),
                      video(3, "personal-video/3/1.mp4", Optional.of(etag)),
                      new Leftovers.Video(4, Optional.empty(), Optional.empty(), "video/mp4"),
                      video(5, "personal-video/5/1.mp4", Optional.of(etag)),
                      video(6, "personal-video/6/1.mp4", Optional.of(etag))));
      assertThat(added).isEqualTo(new ExportedVideos.Added(3, List.of(6L)));
    }
    try (ZipFile whole = new ZipFile(zip.toFile());
        Stream<Path> left = Files.list(folder)) {
      assertThat(whole.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName))
          .containsExactlyInAnyOrder(
              "people.json",
              "personal-videos/1.mp4",
              "personal-videos/2.webm",
              "personal-videos/5.mp4");
      assertThat(whole.getInputStream(whole.getEntry("personal-videos/2.webm")).readAllBytes())
          .isEqualTo("second".getBytes(UTF_8));
      assertThat(left).containsExactly(zip);
    }
  }
}
