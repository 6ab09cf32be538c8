package dev.kinebeam.pipelines;

import dev.kinebeam.beam.JsonCoder;
import dev.kinebeam.beam.MediaRecordCoder;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.MediaRecord;
import org.apache.beam.sdk.io.kafka.KafkaRecord;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithFailures;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Reads records of Kafka with the gateway's own parser: the topic is a trust boundary. A record
 * that is not an event becomes a dead letter with its reason, its place in the topic and its bytes;
 * no record stops the job.
 */
public final class DecodeEvents
    extends PTransform<
        PCollection<KafkaRecord<byte[], byte[]>>,
        WithFailures.Result<PCollection<MediaRecord>, DeadLetter>> {
  static final TupleTag<MediaRecord> DECODED = new TupleTag<>("decoded") {};
  static final TupleTag<DeadLetter> REFUSED = new TupleTag<>("refused") {};

  private DecodeEvents() {}

  public static DecodeEvents ofGateway() {
    return new DecodeEvents();
  }

  @Override
  public WithFailures.Result<PCollection<MediaRecord>, DeadLetter> expand(
      PCollection<KafkaRecord<byte[], byte[]>> records) {
    PCollectionTuple verdicts =
        records.apply(
            "Parse", ParDo.of(new DecodeFn()).withOutputTags(DECODED, TupleTagList.of(REFUSED)));
    return WithFailures.Result.of(
        verdicts.get(DECODED).setCoder(MediaRecordCoder.of()),
        verdicts.get(REFUSED).setCoder(JsonCoder.of(DeadLetter.class)));
  }
}
