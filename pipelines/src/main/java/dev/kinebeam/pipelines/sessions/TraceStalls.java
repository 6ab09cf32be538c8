package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.beam.JsonCoder;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptor;

/** The stalls of measured sessions, each with its session's identity. */
public final class TraceStalls
    extends PTransform<PCollection<MeasuredSession>, PCollection<Stall>> {
  private TraceStalls() {}

  public static TraceStalls ofSessions() {
    return new TraceStalls();
  }

  @Override
  public PCollection<Stall> expand(PCollection<MeasuredSession> sessions) {
    return sessions
        .apply(
            "Take stalls",
            FlatMapElements.into(TypeDescriptor.of(Stall.class)).via(MeasuredSession::waits))
        .setCoder(JsonCoder.of(Stall.class));
  }
}
