package dev.kinebeam.pipelines;

import dev.kinebeam.beam.ReadRecords;
import dev.kinebeam.schemas.FieldError;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.MediaRecord;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.transforms.DoFn;
import org.joda.time.Instant;

/** Judges one record. */
final class DecodeFn extends DoFn<KafkaRecord<byte[], byte[]>, MediaRecord> {
  /** The servers' clocks differ by less than this; a time of receipt beyond it is not believed. */
  static final long MAX_AHEAD_MS = 5 * 60 * 1000L;

  private transient MediaRecord.Reader reader;

  @Setup
  public void setup() {
    reader = new MediaRecord.Reader();
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
    MediaRecord.Parsed parsed =
        value == null ? rejected("missing", "the record has no value") : reader.read(value);
    if (parsed instanceof MediaRecord.Accepted accepted) {
      if (accepted.record().receivedAtMs() <= time.getMillis() + MAX_AHEAD_MS) {
        verdicts.get(DecodeEvents.DECODED).output(accepted.record());
        return;
      }
      parsed = rejected("out_of_range", "received_at is after the record's own time");
    }
    FieldError reason = ((MediaRecord.Rejected) parsed).error();
    verdicts
        .get(DecodeEvents.REFUSED)
        .output(
            DeadLetter.of(
                "telemetry",
                element.getTopic(),
                element.getPartition(),
                element.getOffset(),
                reason,
                value == null ? new byte[0] : value));
  }

  private static MediaRecord.Rejected rejected(String code, String message) {
    String field = code.equals("missing") ? "" : "received_at";
    return new MediaRecord.Rejected(new FieldError(field, code, message));
  }
}
