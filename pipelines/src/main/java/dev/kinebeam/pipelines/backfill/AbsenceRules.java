package dev.kinebeam.pipelines.backfill;

import dev.kinebeam.pipelines.sessions.SessionError;
import dev.kinebeam.pipelines.sessions.SessionMetrics;
import dev.kinebeam.pipelines.sessions.Stall;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/** Why a row that the archive accounts for is rightly not in its table. */
final class AbsenceRules {
  /** A final row is written within seconds; a job that was restarted needs minutes for it. */
  static final Duration IN_FLIGHT = Duration.ofMinutes(5);

  /** Fewer whole months than these are never dropped; {@code drop_media_partitions} refuses. */
  private static final String KINDS =
      """
      SELECT CASE
        WHEN EXISTS (SELECT FROM erased_patients AS e
                      WHERE e.org_id = n.org_id AND e.patient_id = n.patient_id
                        AND n.started_at < e.refuse_before) THEN 'ERASED'
        WHEN n.started_at AT TIME ZONE 'UTC'
               < date_trunc('month', n.now AT TIME ZONE 'UTC') - interval '3 months'
             AND to_regclass('media_session_metrics'
                   || to_char(n.started_at AT TIME ZONE 'UTC', '_YYYY_MM')) IS NULL
          THEN 'PAST_RETENTION'
        WHEN EXISTS (SELECT FROM organizations AS o
                      WHERE o.org_id = n.org_id AND n.started_at < o.sessions_kept_from)
          THEN 'PAST_RETENTION'
        WHEN n.last_event_at > n.now - :inFlight::interval THEN 'NOT_YET_WRITTEN'
        END
        FROM (SELECT :org::uuid AS org_id, :patient::uuid AS patient_id,
                     :started::timestamptz AS started_at, :last::timestamptz AS last_event_at,
                     :now::timestamptz AS now) AS n
      """;

  private AbsenceRules() {}

  /** A reason that is not a fault. */
  enum Kind {
    /** The patient was erased, and sessions from before that do not come back. */
    ERASED("erased"),
    /** The month was dropped, or the clinic keeps its sessions for a shorter time. */
    PAST_RETENTION("past retention"),
    /** The session's last event is so recent that the stream may still hold the row. */
    NOT_YET_WRITTEN("not yet written");

    final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /** What of a row shows why it may be absent; times in milliseconds since the epoch. */
  record Row(UUID orgId, UUID patientId, long startedAtMs, long lastEventAtMs) {
    static Row of(SessionMetrics session) {
      SessionMetrics.Identity it = session.identity();
      return new Row(it.orgId(), it.patientId(), it.startedAtMs(), it.lastEventAtMs());
    }

    static Row of(Stall stall) {
      long last = stall.endedAtMs() == null ? stall.startedAtMs() : stall.endedAtMs();
      return new Row(
          stall.session().orgId(), stall.session().patientId(), stall.startedAtMs(), last);
    }

    static Row of(SessionError error) {
      return new Row(error.orgId(), error.patientId(), error.occurredAtMs(), error.occurredAtMs());
    }
  }

  /** The reason why this row is absent at {@code now}; nothing for one that should be there. */
  static Optional<Kind> why(Handle handle, Row row, Instant now) {
    return handle
        .createQuery(KINDS)
        .bind("inFlight", IN_FLIGHT.toString())
        .bind("org", row.orgId)
        .bind("patient", row.patientId)
        .bind("started", Instant.ofEpochMilli(row.startedAtMs).atOffset(ZoneOffset.UTC))
        .bind("last", Instant.ofEpochMilli(row.lastEventAtMs).atOffset(ZoneOffset.UTC))
        .bind("now", now.atOffset(ZoneOffset.UTC))
        .mapTo(String.class)
        .findOne()
        .map(Kind::valueOf);
  }
}
