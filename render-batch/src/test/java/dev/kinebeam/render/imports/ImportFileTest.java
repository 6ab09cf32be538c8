package dev.kinebeam.render.imports;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.objectstore.FileAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportFileTest {
  @TempDir Path folder;

  private ImportFile read(String name, String text) throws IOException {
    return ImportFile.read(FileAddress.of(Files.writeString(folder.resolve(name), text)));
  }

  @Test
  void rowsNameTheirVideoInOneOfThreeWays() throws IOException {
    ImportFile table =
        read(
            "legacy.csv",
            """
            exercise,language,file,url,video_id,display_name,media_id
            neck-turns,ro,videos/neck.mp4,,,,
            neck-turns,en,,https://old.example/neck-en.mp4,,,
            knee-bends,ro,,,abc-123,"Knee bends, slow",m-7
            """);
    assertThat(table.faults()).isEmpty();
    assertThat(table.rows())
        .containsExactly(
            new ImportRow(
                1,
                "neck-turns",
                "ro",
                "Neck turns",
                Optional.empty(),
                new VideoSource.LocalFile("videos/neck.mp4", folder.resolve("videos/neck.mp4"))),
            new ImportRow(
                2,
                "neck-turns",
                "en",
                "Neck turns",
                Optional.empty(),
                new VideoSource.Address(URI.create("https://old.example/neck-en.mp4"))),
            new ImportRow(
                3,
                "knee-bends",
                "ro",
                "Knee bends, slow",
                Optional.of("m-7"),
                new VideoSource.Hosted("abc-123")));
  }

  @Test
  void aBadRowIsReportedWithItsFieldAndValueAndTheOthersAreKept() throws IOException {
    ImportFile table =
        read(
            "legacy.jsonl",
            """
            {"exercise":"../etc","language":"ro","file":"a.mp4"}
            {"exercise":"a","language":"romanian","file":"a.mp4"}
            {"exercise":"a","language":"ro"}
            {"exercise":"a","language":"ro","file":"a.mp4","url":"https://x/y"}
            {"exercise":"a","language":"ro","file":"a.mp4","colour":"red"}
            {"exercise":"a","language":"ro","url":"https://x/ y"}
            no json
            {"exercise":"a","language":"ro","file":"a.mp4"}
            {"exercise":"a","language":"ro","file":"b.mp4"}
            """);
    assertThat(table.rows()).extracting(ImportRow::number).containsExactly(8);
    assertThat(table.faults()).extracting(RowResult::row).containsExactly(1, 2, 3, 4, 5, 6, 7, 9);
    assertThat(table.faults())
        .extracting(RowResult::field)
        .containsExactly("exercise", "language", "file", "url", "colour", "url", "", "exercise");
    assertThat(table.faults().get(0).value()).isEqualTo("../etc");
    assertThat(table.faults().get(7).reason()).contains("row 8 has this exercise's video");
  }

  @Test
  void aTableThatIsNoneIsRefusedAsAWhole() {
    assertThatThrownBy(() -> read("a.csv", "exercise,languge\nx,ro\n"))
        .hasMessageContaining("the header names a column languge");
    assertThatThrownBy(() -> read("a.csv", "")).hasMessageContaining("no header");
    assertThatThrownBy(() -> read("a.xlsx", "x")).hasMessageContaining("must be named .csv");
  }

  @Test
  void aRowOfAnotherLengthThanTheHeaderIsReported() throws IOException {
    ImportFile table = read("a.csv", "exercise,language,file\na,ro,a.mp4,more\n");
    assertThat(table.faults())
        .singleElement()
        .satisfies(
            fault -> assertThat(fault.reason()).isEqualTo("line 2 has 4 fields and the header 3"));
  }
}
