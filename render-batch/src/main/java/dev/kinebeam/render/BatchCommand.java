package dev.kinebeam.render;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.RenderCatalogue;
import dev.kinebeam.catalog.db.UnknownExerciseException;
import dev.kinebeam.render.job.BatchRenders;
import dev.kinebeam.render.job.ConfiguredTools;
import dev.kinebeam.render.job.JobReport;
import dev.kinebeam.render.job.OrderLine;
import dev.kinebeam.render.orders.CatalogueOrders;
import dev.kinebeam.render.orders.Estimate;
import dev.kinebeam.render.orders.OrderDefaults;
import dev.kinebeam.schemas.Counted;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.RequestedOrder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The batches of {@link RenderMain}: a file of orders, or the catalogue; done, or estimated. */
final class BatchCommand {
  private final RenderOptions options;
  private final ConfiguredTools tools;
  private final PrintWriter out;

  BatchCommand(RenderOptions options, ConfiguredTools tools, PrintWriter out) {
    this.options = options;
    this.tools = tools;
    this.out = out;
  }

  /** Returns the exit status. */
  int run() throws IOException {
    try (Database database = tools.openDatabase();
        ConfiguredTools.Listings bundles = tools.openListings()) {
      Given given =
          options.orders().isPresent()
              ? new Given(OrderLine.of(options.orders().get()), List.of())
              : catalogue(database, bundles);
      if (options.estimate()) {
        return estimate(given, database, bundles);
      }
      return serve(given);
    }
  }

  /** Orders as lines, and what was refused on the way to them. */
  private record Given(List<OrderLine> lines, List<CatalogueOrders.Refusal> refused) {}

  private Given catalogue(Database database, ConfiguredTools.Listings bundles) throws IOException {
    print("reading the catalogue and its manifests");
    CatalogueOrders orders =
        CatalogueOrders.of(
            new Exercises(database),
            new RenderCatalogue(database),
            bundles::list,
            options.exercises());
    List<OrderLine> lines =
        orders.orders().stream()
            .map(
                order ->
                    new OrderLine(
                        order.recipe().exercise(),
                        new String(order.encode(), StandardCharsets.UTF_8)))
            .toList();
    return new Given(lines, orders.refused());
  }

  private int estimate(Given given, Database database, ConfiguredTools.Listings bundles)
      throws IOException {
    List<ComposeOrder> orders = new ArrayList<>();
    List<CatalogueOrders.Refusal> refused = new ArrayList<>(given.refused());
    RenderCatalogue catalogue = new RenderCatalogue(database);
    OrderDefaults defaults = new OrderDefaults(catalogue::assetVersion, bundles::list);
    for (OrderLine line : given.lines()) {
      try {
        orders.add(order(line, defaults));
      } catch (IOException | UnknownExerciseException e) {
        refused.add(new CatalogueOrders.Refusal(line.place(), e.getMessage()));
      }
    }
    print("estimating " + Counted.of(orders.size(), "order"));
    Estimate estimate =
        Estimate.of(
            options.means(),
            orders,
            refused,
            new ExerciseRenders(database),
            catalogue,
            defaults::listing);
    out.print(estimate.text());
    out.flush();
    report(estimate);
    return 0;
  }

  /**
   * The order of a line.
   *
   * @throws IOException with the reason why it is none, or cannot be rendered
   */
  private ComposeOrder order(OrderLine line, OrderDefaults defaults) throws IOException {
    ComposeOrder.Parsed parsed = line.parse();
    if (parsed instanceof ComposeOrder.Invalid invalid) {
      throw new IOException(OrderLine.reason(invalid));
    }
    RequestedOrder asked = ((ComposeOrder.Valid) parsed).order();
    ComposeOrder order = defaults.complete(options.force() ? asked.forced() : asked);
    Optional<String> outdated = defaults.outdated(order);
    if (outdated.isPresent()) {
      throw new IOException(outdated.get());
    }
    return order;
  }

  private int serve(Given given) throws IOException {
    BatchRenders batch = new BatchRenders(tools, options.batchRunner(), this::print);
    Path results = options.results().toAbsolutePath();
    Files.createDirectories(results.getParent());
    JobReport report =
        batch
            .serve(given.lines(), options.force(), results)
            .withRefused(
                given.refused().stream()
                    .map(refusal -> new JobReport.Failure(refusal.exercise(), refusal.reason()))
                    .toList());
    out.print(report.text());
    out.println("  results    " + results);
    out.flush();
    report(report);
    return report.isComplete() ? 0 : 1;
  }

  private void print(String line) {
    out.println("  " + line);
    out.flush();
  }

  private void report(Object report) throws IOException {
    if (options.report().isPresent()) {
      Files.write(options.report().get(), Json.bytes(report));
    }
  }
}
