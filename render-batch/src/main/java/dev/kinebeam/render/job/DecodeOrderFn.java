package dev.kinebeam.render.job;

import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.render.ComposeOrder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.transforms.DoFn;

/** Judges one order's bytes. */
final class DecodeOrderFn extends DoFn<RawOrder, SubmittedOrder> {
  private static final String SOURCE = "render";

  private final Counter refused = RenderCounters.counter(RenderCounters.REFUSED);
  private final Counter orders = RenderCounters.counter(RenderCounters.ORDERS);

  @ProcessElement
  public void process(@Element RawOrder element, MultiOutputReceiver verdicts) {
    byte[] bytes = element.bytes();
    ComposeOrder.Parsed parsed = ComposeOrder.parse(bytes);
    if (parsed instanceof ComposeOrder.Invalid invalid) {
      refuse(element, invalid.errors().get(0), verdicts);
      return;
    }
    verdicts
        .get(DecodeOrders.ORDERS)
        .output(new SubmittedOrder(element.planId(), ((ComposeOrder.Valid) parsed).order()));
    orders.inc();
  }

  private void refuse(RawOrder element, FieldError reason, MultiOutputReceiver verdicts) {
    DeadLetter letter =
        element.topic() == null
            ? DeadLetter.of(SOURCE, reason, element.bytes())
            : DeadLetter.of(
                SOURCE,
                element.topic(),
                element.partition(),
                element.offset(),
                reason,
                element.bytes());
    verdicts.get(DecodeOrders.REFUSED).output(letter);
    refused.inc();
  }
}
