package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.UuidCoder;
import java.util.UUID;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.joda.time.Duration;

/**
 * Makes the mezzanines that renders need: fans out to the distinct primitives, makes each, and
 * emits a render when its last one is there.
 *
 * <p>The same shape serves both kinds of job. With an end, all renders that need one primitive meet
 * in the grouping, and it is made once for all of them. Without one, the grouping lets each through
 * as it comes and only brings equal primitives to the same worker; the cache's lock, which holds
 * among all processes of a machine, then sees to it that none is made twice. In both, what an
 * earlier run made is found and not made again.
 *
 * <p>In a job without an end, a render whose primitives its worker has all made before passes by,
 * instead of crossing two shuffles once for each of its primitives.
 *
 * <p>A render with a primitive that cannot be used fails by itself, naming it. One whose primitives
 * are not all there after {@code timeout} of event time fails too, and its state is cleared.
 */
final class NormalizePrimitives
    extends PTransform<PCollection<PlannedRender>, Step<PlannedRender>> {
  static final TupleTag<PlannedRender> PREPARED = new TupleTag<>("prepared") {};

  private final Toolbox toolbox;
  private final Duration timeout;

  private NormalizePrimitives(Toolbox toolbox, Duration timeout) {
    this.toolbox = toolbox;
    this.timeout = timeout;
  }

  /** Waits an hour for the slowest primitive of a render. */
  static NormalizePrimitives with(Toolbox toolbox) {
    return new NormalizePrimitives(toolbox, Duration.standardHours(1));
  }

  /** The same, waiting so long. */
  NormalizePrimitives waiting(Duration limit) {
    return new NormalizePrimitives(toolbox, limit);
  }

  @Override
  public Step<PlannedRender> expand(PCollection<PlannedRender> renders) {
    if (renders.isBounded() == IsBounded.BOUNDED) {
      return make(renders);
    }
    PCollectionTuple sorted =
        renders.apply(
            "Find what is made",
            ParDo.of(new FindPrimitivesFn(toolbox))
                .withOutputTags(PREPARED, TupleTagList.of(FindPrimitivesFn.UNPREPARED)));
    Step<PlannedRender> made =
        make(sorted.get(FindPrimitivesFn.UNPREPARED).setCoder(JsonCoder.of(PlannedRender.class)));
    return new Step<>(
        PREPARED,
        PCollectionList.of(sorted.get(PREPARED).setCoder(JsonCoder.of(PlannedRender.class)))
            .and(made.continuing())
            .apply("All prepared", Flatten.pCollections()),
        made.settled());
  }

  private Step<PlannedRender> make(PCollection<PlannedRender> renders) {
    PCollection<KV<UUID, PrimitiveMade>> made =
        renders
            .apply(
                "Fan out to primitives",
                FlatMapElements.into(new TypeDescriptor<KV<String, PrimitiveRequest>>() {})
                    .via(PrimitiveRequest::of))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), JsonCoder.of(PrimitiveRequest.class)))
            .apply("Equal primitives together", GroupWithoutWaiting.byKey())
            .apply("Normalise", ParDo.of(new NormalizeFn(toolbox)))
            .setCoder(KvCoder.of(UuidCoder.of(), JsonCoder.of(PrimitiveMade.class)));
    return Step.of(made, "Gather", new GatherFn(timeout), PREPARED, PlannedRender.class);
  }
}
