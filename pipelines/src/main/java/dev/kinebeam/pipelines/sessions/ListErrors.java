package dev.kinebeam.pipelines.sessions;

import dev.kinebeam.beam.JsonCoder;
import org.apache.beam.sdk.transforms.FlatMapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TypeDescriptor;

/** The first errors of measured sessions, each with its session's identity. */
public final class ListErrors
    extends PTransform<PCollection<MeasuredSession>, PCollection<SessionError>> {
  private ListErrors() {}

  public static ListErrors ofSessions() {
    return new ListErrors();
  }

  @Override
  public PCollection<SessionError> expand(PCollection<MeasuredSession> sessions) {
    return sessions
        .apply(
            "Take errors",
            FlatMapElements.into(TypeDescriptor.of(SessionError.class))
                .via(MeasuredSession::errors))
        .setCoder(JsonCoder.of(SessionError.class));
  }
}
