package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.catalog.db.UnknownExerciseException;
import dev.kinebeam.program.database.DatabaseUnavailableException;
import dev.kinebeam.render.orders.OrderDefaults;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.render.ComposeOrder;
import dev.kinebeam.schemas.render.RequestedOrder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.PCollection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where a batch's orders come from. */
public sealed interface BatchOrders {
  /** Orders with what was refused on the way to them; that is counted as refused already. */
  WithFailures.Result<PCollection<RawOrder>, DeadLetter> read(
      Pipeline pipeline, Toolbox toolbox, UUID run);

  /** How far they are, by the rows of their renders. */
  ProgressQuery progress(RenderTools tools);

  /** What the caller can name that is refused, before the job begins. */
  List<JobReport.Failure> refused();

  /** Orders that the caller has in a list. */
  record Listed(List<OrderLine> lines) implements BatchOrders {
    private static final Logger LOG = LoggerFactory.getLogger(BatchOrders.class);

    public Listed {
      lines = List.copyOf(lines);
    }

    @Override
    public WithFailures.Result<PCollection<RawOrder>, DeadLetter> read(
        Pipeline pipeline, Toolbox toolbox, UUID run) {
      List<RawOrder> numbered = new ArrayList<>();
      for (OrderLine line : lines) {
        numbered.add(RawOrder.ofLine(run, numbered.size() + 1, line.text()));
      }
      return WithFailures.Result.of(
          pipeline.apply(
              "Take orders", Create.of(numbered).withCoder(JsonCoder.of(RawOrder.class))),
          pipeline.apply("Nothing refused", Create.empty(JsonCoder.of(DeadLetter.class))));
    }

    @Override
    public ProgressQuery progress(RenderTools tools) {
      Set<UUID> renderIds = renderIds(tools);
      return new ProgressQuery(
          () -> tools.catalogue().progress(renderIds), rows -> renderIds.size());
    }

    /** Those of orders that will be planned; the others fail there, and say why. */
    private Set<UUID> renderIds(RenderTools tools) {
      OrderDefaults defaults =
          new OrderDefaults(tools.catalogue()::assetVersion, tools.primitives()::list);
      Set<UUID> ids = new HashSet<>();
      for (OrderLine line : lines) {
        if (line.parse() instanceof ComposeOrder.Valid valid) {
          RequestedOrder order = valid.order();
          try {
            ids.add(defaults.complete(order).renderId());
          } catch (IOException | UnknownExerciseException | DatabaseUnavailableException e) {
            LOG.debug("no progress of {}", order, e);
          }
        }
      }
      return ids;
    }

    @Override
    public List<JobReport.Failure> refused() {
      List<JobReport.Failure> refused = new ArrayList<>();
      for (OrderLine line : lines) {
        if (line.parse() instanceof ComposeOrder.Invalid invalid) {
          refused.add(new JobReport.Failure(line.place(), OrderLine.reason(invalid)));
        }
      }
      return refused;
    }
  }

  /**
   * The catalogue's orders, which the job reads by itself.
   *
   * @param exercises slugs, to serve these only; empty for the whole catalogue
   */
  record Catalogue(List<String> exercises) implements BatchOrders {
    public Catalogue {
      exercises = List.copyOf(exercises);
    }

    @Override
    public WithFailures.Result<PCollection<RawOrder>, DeadLetter> read(
        Pipeline pipeline, Toolbox toolbox, UUID run) {
      return pipeline.apply("Read catalogue", ReadCatalogue.of(toolbox, exercises, run));
    }

    /** Renders appear in the rows as they are planned, so that their number grows. */
    @Override
    public ProgressQuery progress(RenderTools tools) {
      return new ProgressQuery(
          () -> tools.catalogue().progressOfExercises(exercises),
          rows -> rows.values().stream().mapToInt(Integer::intValue).sum());
    }

    @Override
    public List<JobReport.Failure> refused() {
      return List.of();
    }
  }
}
