package dev.kinebeam.render.job;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.schemas.event.DeadLetter;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Parses orders. A topic and a file are trust boundaries alike: anything but an order becomes a
 * dead letter with its reason, its place and its bytes.
 */
final class DecodeOrders
    extends PTransform<
        PCollection<RawOrder>, WithFailures.Result<PCollection<SubmittedOrder>, DeadLetter>> {
  static final TupleTag<SubmittedOrder> ORDERS = new TupleTag<>("orders") {};
  static final TupleTag<DeadLetter> REFUSED = new TupleTag<>("refused") {};

  private DecodeOrders() {}

  static DecodeOrders create() {
    return new DecodeOrders();
  }

  @Override
  public WithFailures.Result<PCollection<SubmittedOrder>, DeadLetter> expand(
      PCollection<RawOrder> bytes) {
    PCollectionTuple verdicts =
        bytes.apply(
            "Parse",
            ParDo.of(new DecodeOrderFn()).withOutputTags(ORDERS, TupleTagList.of(REFUSED)));
    return WithFailures.Result.of(
        verdicts.get(ORDERS).setCoder(JsonCoder.of(SubmittedOrder.class)),
        verdicts.get(REFUSED).setCoder(JsonCoder.of(DeadLetter.class)));
  }
}
