package dev.kinebeam.coreapi.recording;

import java.time.Instant;
import java.util.UUID;

/**
 * What a session's row says that its recording needs.
 *
 * @param live whether it still plays
 * @param clockSkewMs by how much its row's times were corrected; 0 where the skew is not known
 */
public record RecordedSession(
    UUID orgId,
    UUID patientId,
    UUID sessionId,
    Times times,
    boolean live,
    long eventsSeen,
    long clockSkewMs) {
  /**
   * When it was.
   *
   * @param updatedAt when its row was written last, never before its last event came
   */
  public record Times(Instant startedAt, Instant lastEventAt, Instant updatedAt) {}

  /** Where its recording is kept. */
  String key() {
    return Recordings.FOLDER + orgId + "/" + sessionId + ".json";
  }
}
