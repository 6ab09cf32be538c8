package dev.kinebeam.render.job;

import dev.kinebeam.objectstore.ObjectStoreException;
import dev.kinebeam.render.orders.CatalogueExercise;
import dev.kinebeam.render.orders.CatalogueOrders;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.render.ComposeOrder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;

/** Names the orders of one exercise; an exercise whose bundle is broken is refused by itself. */
final class NameOrdersFn extends DoFn<CatalogueExercise, RawOrder> {
  private static final String SOURCE = "render";

  private final Counter refused = RenderCounters.counter(RenderCounters.REFUSED);
  private final Toolbox toolbox;
  private final UUID run;
  private transient BundleListings bundles;

  NameOrdersFn(Toolbox toolbox, UUID run) {
    this.toolbox = toolbox;
    this.run = run;
  }

  @Setup
  public void setup() {
    bundles = toolbox.openListings();
  }

  @ProcessElement
  public void process(@Element CatalogueExercise exercise, MultiOutputReceiver outputs)
      throws IOException {
    try {
      for (ComposeOrder order : CatalogueOrders.of(exercise, bundles)) {
        outputs.get(ReadCatalogue.ORDERS).output(RawOrder.ofCatalogue(run, order));
      }
    } catch (ObjectStoreException.Unavailable e) {
      // The exercise is not at fault, and the next ones would fail alike.
      throw e;
    } catch (IOException e) {
      outputs
          .get(ReadCatalogue.REFUSED)
          .output(
              DeadLetter.of(
                  SOURCE,
                  new FieldError("exercise", "not_served", Failures.reason(e)),
                  exercise.slug().getBytes(StandardCharsets.UTF_8)));
      refused.inc();
    }
  }

  @Teardown
  public void teardown() {
    if (bundles != null) {
      bundles.close();
    }
  }
}
