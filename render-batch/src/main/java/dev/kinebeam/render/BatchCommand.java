package dev.kinebeam.render;

import dev.kinebeam.catalog.db.Database;
import dev.kinebeam.catalog.db.ExerciseRenders;
import dev.kinebeam.catalog.db.Exercises;
import dev.kinebeam.catalog.db.RenderCatalogue;
import dev.kinebeam.render.job.BatchRenders;
import dev.kinebeam.render.job.ConfiguredTools;
import dev.kinebeam.render.job.JobReport;
import dev.kinebeam.render.orders.CatalogueOrders;
import dev.kinebeam.render.orders.Estimate;
import dev.kinebeam.schemas.Json;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

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
              ? lines(options.orders().get())
              : catalogue(database, bundles);
      if (options.estimate()) {
        return estimate(given, database, bundles);
      }
      return serve(given);
    }
  }

  /** Orders as lines, and what was refused on the way to them. */
  private record Given(List<String> lines, List<CatalogueOrders.Refusal> refused) {}

  private static Given lines(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file).stream().filter(line -> !line.isBlank()).toList();
    return new Given(lines, List.of());
  }

  private Given catalogue(Database database, ConfiguredTools.Listings bundles) throws IOException {
    tell("reading the catalogue and its manifests");
    CatalogueOrders orders =
        CatalogueOrders.of(
            new Exercises(database),
            new RenderCatalogue(database),
            bundles::list,
            options.exercises());
    List<String> lines =
        orders.orders().stream()
            .map(order -> new String(order.encode(), StandardCharsets.UTF_8))
            .toList();
    return new Given(lines, orders.refused());
  }

  private int estimate(Given given, Database database, ConfiguredTools.Listings bundles)
      throws IOException {
    List<ComposeOrder> orders = new ArrayList<>();
    List<CatalogueOrders.Refusal> refused = new ArrayList<>(given.refused());
    for (int i = 0; i < given.lines().size(); i++) {
      ComposeOrder.Parsed parsed =
          ComposeOrder.parse(given.lines().get(i).getBytes(StandardCharsets.UTF_8));
      if (parsed instanceof ComposeOrder.Valid valid && valid.order().recipe().language() != null) {
        ComposeOrder order = valid.order();
        orders.add(
            options.force() ? new ComposeOrder(order.recipe(), order.assetVersion(), true) : order);
      } else {
        String reason =
            parsed instanceof ComposeOrder.Invalid invalid
                ? invalid.errors().get(0).toString()
                : "an order must name its language";
        refused.add(new CatalogueOrders.Refusal("line " + (i + 1), reason));
      }
    }
    tell("looking at " + orders.size() + " orders");
    Estimate estimate =
        Estimate.of(
            orders,
            refused,
            new ExerciseRenders(database),
            new RenderCatalogue(database),
            bundles::list);
    out.print(estimate.text());
    out.flush();
    report(estimate);
    return 0;
  }

  private int serve(Given given) throws IOException {
    BatchRenders batch = new BatchRenders(tools, options.batchRunner(), this::tell);
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

  private void tell(String line) {
    out.println("  " + line);
    out.flush();
  }

  private void report(Object report) throws IOException {
    if (options.report().isPresent()) {
      Files.write(options.report().get(), Json.bytes(report));
    }
  }
}
