package dev.kinebeam.render.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OrderLineTest {
  private static final String NOT_ONE =
      "an order must be a JSON object, whole on one line; this is not: ";

  @TempDir Path folder;

  @Test
  void eachLineIsNamedByItsNumberInTheFile() throws IOException {
    Path file = folder.resolve("orders.ndjson");
    Files.writeString(
        file,
        """
        {"exercise":"squat","sets":[{"side":"left","reps":5}]}

        {
          "exercise": "squat",
          "sets": [{"side": "left", "reps": 5}]
        }
        {"exercise":"squat","langauge":"ro","sets":[{"side":"left","reps":5}]}
        """);

    assertThat(OrderLine.of(FileAddress.of(file)))
        .extracting(
            line -> line.place().substring(folder.toString().length() + 1) + " " + verdict(line))
        .satisfiesExactly(
            line -> assertThat(line).isEqualTo("orders.ndjson:1 valid"),
            line ->
                assertThat(line).startsWith("orders.ndjson:3 " + NOT_ONE).endsWith("at column 2"),
            line -> assertThat(line).startsWith("orders.ndjson:4 " + NOT_ONE).contains("column"),
            line -> assertThat(line).startsWith("orders.ndjson:5 " + NOT_ONE).contains("column"),
            line -> assertThat(line).startsWith("orders.ndjson:6 " + NOT_ONE).contains("column"),
            line ->
                assertThat(line)
                    .isEqualTo(
                        "orders.ndjson:7 there is no field langauge; an order has exercise,"
                            + " language, sets, seed, variant_chaining, asset_version, force,"
                            + " render_id"));
  }

  private static String verdict(OrderLine line) {
    return line.parse() instanceof ComposeOrder.Invalid invalid
        ? OrderLine.reason(invalid)
        : "valid";
  }

  @Test
  void aFileInAnotherEncodingIsNamed() throws IOException {
    Path file = folder.resolve("orders.ndjson");
    Files.write(file, new byte[] {'"', (byte) 0xe2, '"'});
    assertThatThrownBy(() -> OrderLine.of(FileAddress.of(file)))
        .hasMessageEndingWith("is not written in UTF-8");
  }
}
