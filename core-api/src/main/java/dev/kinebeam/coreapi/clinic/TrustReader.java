package dev.kinebeam.coreapi.clinic;

import dev.kinebeam.coreapi.clinic.VideoHealth.Share;
import java.time.Duration;
import java.time.Instant;
import org.jdbi.v3.core.Handle;

/** Reads how far a clinic's figures can be trusted, beside what the sessions say themselves. */
record TrustReader(Handle handle) {
  /** Half an hour of pause ends a session; whatever is silent for longer was not closed. */
  private static final Duration LONGEST_SILENCE = Duration.ofMinutes(35);

  private static final Duration LOOKED_BACK = Duration.ofDays(31);

  private static final String FACTS =
      """
      SELECT (SELECT count(*) FROM media_session_metrics
               WHERE status = 'playing' AND last_event_at < :silent AND last_event_at > :since
                 AND started_at > :since) AS unfinished,
             (SELECT max(started_at) FROM media_session_metrics
               WHERE started_at > :since AND started_at <= :now) AS latest,
             count(*) AS patients,
             count(*) FILTER (WHERE EXISTS (
               SELECT FROM consents AS c
                WHERE c.org_id = p.org_id AND c.patient_id = p.person_id
                  AND c.purpose = 'analytics' AND c.active)) AS consenting
        FROM people AS p WHERE p.role = 'patient' AND p.active
      """;

  HealthAnswer.Trust read(Instant now) {
    return handle
        .createQuery(FACTS)
        .bind("silent", Columns.utc(now.minus(LONGEST_SILENCE)))
        .bind("since", Columns.utc(now.minus(LOOKED_BACK)))
        .bind("now", Columns.utc(now))
        .map(
            (row, context) ->
                new HealthAnswer.Trust(
                    Share.of(row.getLong("consenting"), row.getLong("patients")),
                    row.getLong("unfinished"),
                    Columns.optionalTime(row, "latest").orElse(null)))
        .one();
  }
}
