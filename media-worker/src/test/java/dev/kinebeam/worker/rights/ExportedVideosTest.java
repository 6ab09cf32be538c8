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
      int added =
          new ExportedVideos(bucket)
              .addTo(
                  zip,
                  List.of(
                      new Leftovers.Video(1, Optional.of("personal-video/1/1.mp4"), "video/mp4"),
                      new Leftovers.Video(2, Optional.of("personal-video/2/1.webm"), "video/webm"),
                      new Leftovers.Video(3, Optional.of("personal-video/3/1.mp4"), "video/mp4"),
                      new Leftovers.Video(4, Optional.empty(), "video/mp4")));
      assertThat(added).isEqualTo(2);
    }
    try (ZipFile whole = new ZipFile(zip.toFile());
        Stream<Path> left = Files.list(folder)) {
      assertThat(whole.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName))
          .containsExactlyInAnyOrder(
              "people.json", "personal-videos/1.mp4", "personal-videos/2.webm");
      assertThat(whole.getInputStream(whole.getEntry("personal-videos/2.webm")).readAllBytes())
          .isEqualTo("second".getBytes(UTF_8));
      assertThat(left).containsExactly(zip);
    }
  }
}
