package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.render.orders.ReadExercises;
import dev.kinebeam.schemas.event.DeadLetter;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * The orders of the whole catalogue, or of named exercises, as the database and the manifests have
 * them when a worker comes to them. An exercise of which nothing can be ordered becomes a dead
 * letter whose original is its slug.
 */
final class ReadCatalogue
    extends PTransform<PBegin, WithFailures.Result<PCollection<RawOrder>, DeadLetter>> {
  static final TupleTag<RawOrder> ORDERS = new TupleTag<>("orders") {};
  static final TupleTag<DeadLetter> REFUSED = new TupleTag<>("refused") {};

  private final Toolbox toolbox;
  private final List<String> slugs;
  private final UUID run;

  private ReadCatalogue(Toolbox toolbox, List<String> slugs, UUID run) {
    this.toolbox = toolbox;
    this.slugs = slugs;
    this.run = run;
  }

  /** Orders of these exercises, or with none of all. */
  static ReadCatalogue of(Toolbox toolbox, List<String> slugs, UUID run) {
    return new ReadCatalogue(toolbox, slugs, run);
  }

  @Override
  public WithFailures.Result<PCollection<RawOrder>, DeadLetter> expand(PBegin begin) {
    Toolbox tools = toolbox;
    PCollectionTuple named =
        begin
            .apply("Read exercises", ReadExercises.from(ignored -> tools.dataSource(), slugs))
            .apply(
                "Name orders",
                ParDo.of(new NameOrdersFn(toolbox, run))
                    .withOutputTags(ORDERS, TupleTagList.of(REFUSED)));
    return WithFailures.Result.of(
        named.get(ORDERS).setCoder(JsonCoder.of(RawOrder.class)),
        named.get(REFUSED).setCoder(JsonCoder.of(DeadLetter.class)));
  }
}
