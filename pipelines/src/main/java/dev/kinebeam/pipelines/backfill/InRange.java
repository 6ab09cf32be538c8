package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.pipelines.sessions.MeasuredSession;
import dev.kinebeam.pipelines.sessions.SessionMetrics;
import org.apache.beam.sdk.transforms.SerializableFunction;

/** Whether a session is one of those that are made again. */
final class InRange implements SerializableFunction<MeasuredSession, Boolean> {
  private static final long serialVersionUID = 1L;

  private final long fromMs;
  private final long toMs;
  private final String org;

  InRange(BackfillSettings.Sessions sessions) {
    this.fromMs = sessions.from().toEpochMilli();
    this.toMs = sessions.to().toEpochMilli();
    this.org = sessions.org().map(Object::toString).orElse(null);
  }

  @Override
  public Boolean apply(MeasuredSession session) {
    SessionMetrics.Identity identity = session.metrics().identity();
    return identity.startedAtMs() >= fromMs
        && identity.startedAtMs() < toMs
        && (org == null || org.equals(identity.orgId().toString()));
  }
}
