package dev.kinebeam.render.job;

import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.TimestampCombiner;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;

/**
 * Brings equal keys to one worker without waiting for more of them: where the input ends, all of a
 * key meet in one group; where it does not, each comes through as it is.
 *
 * <p>Groups are discarded as they fire. What stays of a key in a job without end is Beam's number
 * of its last group, a few bytes; keys are render ids and primitives, so they are few.
 */
final class GroupWithoutWaiting<K, V>
    extends PTransform<PCollection<KV<K, V>>, PCollection<KV<K, Iterable<V>>>> {
  static <K, V> GroupWithoutWaiting<K, V> byKey() {
    return new GroupWithoutWaiting<>();
  }

  @Override
  public PCollection<KV<K, Iterable<V>>> expand(PCollection<KV<K, V>> input) {
    // An element of a group is as old as its oldest, so that timers downstream count from then.
    Window<KV<K, V>> window =
        Window.<KV<K, V>>into(new GlobalWindows())
            .withTimestampCombiner(TimestampCombiner.EARLIEST);
    if (input.isBounded() == IsBounded.UNBOUNDED) {
      window =
          window
              .triggering(Repeatedly.forever(AfterPane.elementCountAtLeast(1)))
              .withOnTimeBehavior(Window.OnTimeBehavior.FIRE_IF_NON_EMPTY)
              .discardingFiredPanes();
    }
    return input.apply("At once", window).apply("Group", GroupByKey.create());
  }
}
