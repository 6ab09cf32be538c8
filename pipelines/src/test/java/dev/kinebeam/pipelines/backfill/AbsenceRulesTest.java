package dev.kinebeam.pipelines.backfill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kinebeam.pipelines.backfill.AbsenceRules.Kind;
import dev.kinebeam.pipelines.sessions.MetricsDatabase;
import dev.kinebeam.program.database.DatabaseSession;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("servers")
class AbsenceRulesTest {
  private static final Instant NOW = Instant.parse("2026-11-29T10:00:00Z");
  private static final UUID ORG = new UUID(1, 2);
  private static final UUID PATIENT = new UUID(3, 4);

  @Test
  void whatMayBeAbsentHasAReasonAndNothingElseHas() throws Exception {
    try (MetricsDatabase database = new MetricsDatabase();
        DatabaseSession session = database.settings().session()) {
      assertThat(why(session, PATIENT, Duration.ofHours(2), Duration.ofMinutes(6))).isEmpty();
      assertThat(why(session, PATIENT, Duration.ofHours(2), Duration.ofMinutes(4)))
          .contains(Kind.NOT_YET_WRITTEN);
      assertThat(why(session, PATIENT, Duration.ofDays(150), Duration.ofDays(150)))
          .contains(Kind.PAST_RETENTION);
      assertThat(why(session, PATIENT, Duration.ofDays(75), Duration.ofDays(75)))
          .as("a month that is always kept and has no partition is a loss")
          .isEmpty();
      database.run(
          "SELECT ensure_media_partitions(timestamptz '%s', 0, 0)"
              .formatted(NOW.minus(Duration.ofDays(150))));
      assertThat(why(session, PATIENT, Duration.ofDays(150), Duration.ofDays(150))).isEmpty();
      database.run(
          "INSERT INTO organizations (org_id, name, sessions_kept_from) VALUES ('%s', 'A', '%s')"
              .formatted(ORG, NOW.minus(Duration.ofDays(30))));
      assertThat(why(session, PATIENT, Duration.ofDays(31), Duration.ofDays(31)))
          .as("the clinic keeps its sessions for a shorter time")
          .contains(Kind.PAST_RETENTION);
      assertThat(why(session, PATIENT, Duration.ofDays(29), Duration.ofDays(29))).isEmpty();

      database.run(
          "INSERT INTO erased_patients (org_id, patient_id, erased_at, refuse_before)"
              + " VALUES ('%s', '%s', now(), '%s')"
                  .formatted(ORG, PATIENT, NOW.minus(Duration.ofHours(3))));
      assertThat(why(session, PATIENT, Duration.ofHours(4), Duration.ofHours(4)))
          .contains(Kind.ERASED);
      assertThat(why(session, PATIENT, Duration.ofHours(2), Duration.ofHours(2)))
          .as("of a patient who came back")
          .isEmpty();
      assertThat(why(session, new UUID(3, 5), Duration.ofHours(4), Duration.ofHours(4))).isEmpty();
    }
  }

  private static Optional<Kind> why(
      DatabaseSession session, UUID patient, Duration started, Duration lastEvent)
      throws Exception {
    AbsenceRules.Row row =
        new AbsenceRules.Row(
            ORG, patient, NOW.minus(started).toEpochMilli(), NOW.minus(lastEvent).toEpochMilli());
    return session.read(handle -> AbsenceRules.why(handle, row, NOW));
  }
}
