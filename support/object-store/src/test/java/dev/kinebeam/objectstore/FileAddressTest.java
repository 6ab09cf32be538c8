package dev.kinebeam.objectstore;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of this machine, and what addresses say; objects in a real store are met in ArchiveIT. */
class FileAddressTest {
  private static final Map<String, String> KEYS =
      Map.of("S3_ACCESS_KEY_ID", "id", "S3_SECRET_ACCESS_KEY", "hush");

  @TempDir private Path folder;

  @Test
  void anAddressIsAnObjectsOrAPath() {
    assertThat(FileAddress.parse("s3://bucket/a/b.json", KEYS).absolute())
        .isEqualTo("s3://bucket/a/b.json");
    assertThat(FileAddress.parse("s3://bucket/a/b.json", KEYS).plus(".refused"))
        .hasToString("s3://bucket/a/b.json.refused");
    assertThat(FileAddress.parse("orders.ndjson", KEYS).absolute())
        .isEqualTo(Path.of("orders.ndjson").toAbsolutePath().toString());
    assertThat(FileAddress.parse("s3://bucket/a", KEYS).toString()).doesNotContain("hush");
    for (String wrong : new String[] {"s3://bucket", "s3://bucket/", "s3://bucket/folder/"}) {
      assertThatThrownBy(() -> FileAddress.parse(wrong, KEYS))
          .hasMessage(wrong + " is not an object's address: s3://BUCKET/KEY");
    }
    assertThatThrownBy(() -> FileAddress.parse("s3://bucket/a", Map.of("S3_ACCESS_KEY_ID", "id")))
        .hasMessageContaining("S3_SECRET_ACCESS_KEY");
  }

  @Test
  void aFileIsWrittenReadMovedAndDeleted() throws IOException {
    FileAddress place = FileAddress.of(folder.resolve("made/results.ndjson"));
    place.makeFolder();
    assertThat(place.read()).isEmpty();
    assertThatThrownBy(place::text).isInstanceOf(NoSuchFileException.class);

    FileAddress written = place.plus(".1");
    try (BufferedWriter lines = written.newWriter()) {
      lines.write("é\n");
    }
    place.takeFrom(written);

    assertThat(place.text()).isEqualTo("é\n");
    assertThat(written.exists()).isFalse();
    place.write(new byte[] {(byte) 0xff});
    assertThatThrownBy(place::text)
        .isInstanceOf(FileAddress.NotUtf8Exception.class)
        .hasMessageEndingWith("results.ndjson is not written in UTF-8");
    place.delete();
    place.delete();
    assertThat(place.exists()).isFalse();
  }

  @Test
  void onlyWhatIsOldAndNamedAfterAFileIsDeletedBesideIt() throws IOException {
    Instant now = Instant.parse("2026-11-29T12:00:00Z");
    for (String name : new String[] {"r", "r.old", "r.new", "r.other", "s.old"}) {
      Path file = Files.writeString(folder.resolve(name), name, UTF_8);
      Instant changed = name.equals("r.new") ? now.plusSeconds(1) : now.minusSeconds(1);
      Files.setLastModifiedTime(file, FileTime.from(changed));
    }

    FileAddress.of(folder.resolve("r")).deleteBeside(Pattern.compile("\\.(old|new)"), now);

    assertThat(folder.resolve("r.old")).doesNotExist();
    for (String kept : new String[] {"r", "r.new", "r.other", "s.old"}) {
      assertThat(folder.resolve(kept)).exists();
    }
  }
}
