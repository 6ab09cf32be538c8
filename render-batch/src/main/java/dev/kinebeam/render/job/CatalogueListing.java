package dev.kinebeam.render.job;

import dev.kinebeam.render.orders.CatalogueOrders;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.event.DeadLetter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptors;

/**
 * The catalogue's orders as {@link ReadCatalogue} reads them, brought back to this process for an
 * estimate. Nothing is rendered or written to the database.
 *
 * @param lines one for each order; the place is its exercise
 * @param refused exercises that nothing can be ordered of
 */
public record CatalogueListing(List<OrderLine> lines, List<CatalogueOrders.Refusal> refused) {
  private static final String ORDERS = "orders";
  private static final String REFUSED = "refused";

  /**
   * Lists the orders of these exercises, or with none of all.
   *
   * @throws IOException when the database or the bundles cannot be read now
   */
  public static CatalogueListing of(Toolbox toolbox, List<String> exercises, BatchRunner runner)
      throws IOException {
    Path folder = Files.createTempDirectory("kinebeam-catalogue-");
    Path orders = folder.resolve(ORDERS);
    Path refused = folder.resolve(REFUSED);
    try {
      Pipeline pipeline = Pipeline.create(runner.options());
      WithFailures.Result<PCollection<RawOrder>, DeadLetter> read =
          pipeline.apply("Read catalogue", ReadCatalogue.of(toolbox, exercises, UUID.randomUUID()));
      read.output()
          .apply(
              "Take text",
              MapElements.into(TypeDescriptors.strings())
                  .via(order -> new String(order.bytes(), StandardCharsets.UTF_8)))
          .apply("Write orders", TextIO.write().to(orders.toString()).withoutSharding());
      read.failures()
          .apply("Encode refused", BatchRenders.toJson())
          .apply("Write refused", TextIO.write().to(refused.toString()).withoutSharding());
      runner.run(pipeline, result -> {});
      return new CatalogueListing(lines(orders), refusals(refused));
    } finally {
      Files.deleteIfExists(orders);
      Files.deleteIfExists(refused);
      Files.deleteIfExists(folder);
    }
  }

  private static List<OrderLine> lines(Path file) throws IOException {
    List<OrderLine> lines = new ArrayList<>();
    for (String text : Files.readAllLines(file)) {
      lines.add(new OrderLine(Json.MAPPER.readTree(text).path("exercise").asText(), text));
    }
    return lines;
  }

  private static List<CatalogueOrders.Refusal> refusals(Path file) throws IOException {
    List<CatalogueOrders.Refusal> refusals = new ArrayList<>();
    for (String line : Files.readAllLines(file)) {
      refusals.add(refusal(line));
    }
    return refusals;
  }

  /** A line that {@link NameOrdersFn} wrote of an exercise. */
  static CatalogueOrders.Refusal refusal(String line) throws IOException {
    DeadLetter letter = DeadLetter.decode(line.getBytes(StandardCharsets.UTF_8));
    return new CatalogueOrders.Refusal(
        new String(letter.originalBytes(), StandardCharsets.UTF_8), letter.reason().message());
  }
}
