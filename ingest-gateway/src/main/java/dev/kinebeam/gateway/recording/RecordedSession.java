package dev.kinebeam.gateway.recording;

import java.time.Instant;
import java.util.UUID;

/**
 * What a session's row says that its recording needs.
 *
 * @param updatedAt when its row was written last, never before its last event came
 * @param live whether it still plays
 * @param clockSkewMs what its row's times were mended with; 0 where nothing is known
 */
public record RecordedSession(
    UUID orgId,
    UUID patientId,
    UUID sessionId,
    Instant startedAt,
    Instant lastEventAt,
    Instant updatedAt,
    boolean live,
    long eventsSeen,
    long clockSkewMs) {
  /** Where its recording is kept. */
  String key() {
    return Recordings.FOLDER + orgId + "/" + sessionId + ".json";
  }
}
