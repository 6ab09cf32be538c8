package dev.kinebeam.pipelines.backfill;

import org.apache.beam.sdk.transforms.DoFn;

/** Counts what comes. */
final class CountFn<T> extends DoFn<T, Void> {
  private final String counter;

  CountFn(String counter) {
    this.counter = counter;
  }

  @ProcessElement
  public void process(@Element T element) {
    BackfillCounters.counter(counter).inc();
  }
}
