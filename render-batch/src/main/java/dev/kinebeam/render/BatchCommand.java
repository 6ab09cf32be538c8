package dev.kinebeam.render;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.RenderCatalogue;
import dev.kinebeam.catalog.db.UnknownExerciseException;
import dev.kinebeam.objectstore.FileAddress;
import dev.kinebeam.render.job.BatchOrders;
import dev.kinebeam.render.job.BatchRenders;
import dev.kinebeam.render.job.BundleListings;
import dev.kinebeam.render.job.CatalogueListing;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The batches of {@link RenderMain}: a file of orders, or the catalogue; done, or estimated. */
final class BatchCommand {
  private final RenderOptions options;
  private final Map<String, String> environment;
  private final ConfiguredTools tools;
  private final PrintWriter out;

  BatchCommand(
      RenderOptions options,
      Map<String, String> environment,
      ConfiguredTools tools,
      PrintWriter out) {
    this.options = options;
    this.environment = environment;
    this.tools = tools;
    this.out = out;
  }

  /** Returns the exit status. */
  int run() throws IOException {
    Optional<FileAddress> report = options.report(environment);
    if (report.isPresent()) {
      report.get().makeFolder(); // before the work, so that nothing is lost
    }
    if (options.estimate()) {
      return estimate();
    }
    Optional<FileAddress> orders = options.orders(environment);
    return serve(
        orders.isPresent()
            ? new BatchOrders.Listed(OrderLine.of(orders.get()))
            : new BatchOrders.Catalogue(options.exercises()));
  }

  private int estimate() throws IOException {
    CatalogueListing given;
    Optional<FileAddress> orders = options.orders(environment);
    if (orders.isPresent()) {
      given = new CatalogueListing(OrderLine.of(orders.get()), List.of());
    } else {
      print("reading the catalogue and its manifests");
      given = CatalogueListing.of(tools, options.exercises(), options.runnerHere(environment));
    }
    try (Database database = tools.openDatabase();
        BundleListings bundles = tools.openListings()) {
      return estimate(given, database, bundles);
    }
  }

  private int estimate(CatalogueListing given, Database database, BundleListings bundles)
      throws IOException {
    List<ComposeOrder> orders = new ArrayList<>();
    List<CatalogueOrders.Refusal> refused = new ArrayList<>(given.refused());
    RenderCatalogue catalogue = new RenderCatalogue(database);
    OrderDefaults defaults = new OrderDefaults(catalogue::assetVersion, bundles);
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

  private int serve(BatchOrders orders) throws IOException {
    BatchRenders batch = new BatchRenders(tools, options.batchRunner(environment), this::print);
    FileAddress results = options.results(environment);
    results.makeFolder();
    JobReport report = batch.serve(orders, options.force(), results);
    out.print(report.text());
    out.println("  results    " + results.absolute());
    out.flush();
    report(report);
    return report.isComplete() ? 0 : 1;
  }

  private void print(String line) {
    out.println("  " + line);
    out.flush();
  }

  private void report(Object report) throws IOException {
    Optional<FileAddress> file = options.report(environment);
    if (file.isPresent()) {
      file.get().write(Json.bytes(report));
    }
  }
}
