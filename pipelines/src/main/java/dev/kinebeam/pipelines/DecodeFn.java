package dev.kinebeam.pipelines;

import dev.kinebeam.beam.ReadRecords;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.EventAcceptance;
import dev.kinebeam.schemas.event.MediaRecord;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.transforms.DoFn;
import org.joda.time.Instant;

/** Reads one record; the clock is the record's own time, which a replay does not change. */
final class DecodeFn extends DoFn<KafkaRecord<byte[], byte[]>, MediaRecord> {
  private transient EventAcceptance acceptance;

  @Setup
  public void setup() {
    acceptance = new EventAcceptance();
  }

  @ProcessElement
  public void process(
      @Element KafkaRecord<byte[], byte[]> element,
      @Timestamp Instant time,
      MultiOutputReceiver verdicts) {
    if (ReadRecords.isOpening(element)) {
      return;
    }
    byte[] value = element.getKV().getValue();
    MediaRecord.Parsed verdict = acceptance.ofRecord(value, time.getMillis());
    if (verdict instanceof MediaRecord.Accepted accepted) {
      verdicts.get(DecodeEvents.DECODED).output(accepted.record());
    } else if (verdict instanceof MediaRecord.Rejected refused) {
      verdicts
          .get(DecodeEvents.REFUSED)
          .output(
              DeadLetter.of(
                  "telemetry",
                  element.getTopic(),
                  element.getPartition(),
                  element.getOffset(),
                  refused.error(),
                  value == null ? new byte[0] : value));
    }
  }
}
