package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.schemas.event.MediaRecord;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Instant;

/**
 * Merges the events of a bundle before the shuffle, so that a session crosses it once for each
 * bundle. The merge function makes that invisible. The runner keeps the watermark back until the
 * bundle ends.
 */
final class TallyBundleFn extends DoFn<MediaRecord, KV<UUID, SessionTally>> {
  private transient Map<UUID, SessionTally> tallies;
  private transient Instant newest;

  @StartBundle
  public void startBundle() {
    tallies = new HashMap<>();
    newest = null;
  }

  @ProcessElement
  public void process(@Element MediaRecord record, @Timestamp Instant time) {
    tallies.merge(record.event().sessionId(), SessionTally.of(record), SessionTally::merge);
    if (newest == null || time.isAfter(newest)) {
      newest = time;
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    for (Map.Entry<UUID, SessionTally> entry : tallies.entrySet()) {
      context.output(KV.of(entry.getKey(), entry.getValue()), newest, GlobalWindow.INSTANCE);
    }
    tallies = null;
  }
}
