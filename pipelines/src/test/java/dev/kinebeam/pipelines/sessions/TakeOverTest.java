package dev.kinebeam.pipelines.sessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kinebeam.beam.RefusedRows;
import dev.kinebeam.schemas.event.DeadLetter;
import dev.kinebeam.schemas.event.MediaEvent;
import dev.kinebeam.schemas.event.MediaRecord;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A person sends events for the session of another: refused, audited, and nothing changes. */
@Tag("servers")
class TakeOverTest {
  private static final UUID OTHER_ORG = new UUID(8, 1);
  private static final UUID OTHER_PATIENT = new UUID(8, 2);

  private static MetricsDatabase database;

  @BeforeAll
  static void start() throws Exception {
    database = new MetricsDatabase();
  }

  @AfterAll
  static void stop() throws Exception {
    database.close();
  }

  @Property(tries = 200)
  void inAnyOrderTheOwnersRowsAreThoseOfTheOwnersEvents(@ForAll long seed) {
    Random random = new Random(seed);
    List<MediaRecord> owners = Played.session(1).start(0).records();
    List<MediaRecord> all = new ArrayList<>(owners);
    List<MediaRecord> mine = new ArrayList<>(owners);
    for (MediaRecord record : SessionScripts.any(random)) {
      MediaRecord later = inSession(record, owners.get(0), 1 + random.nextInt(50));
      if (random.nextBoolean()) {
        mine.add(later);
        all.add(later);
      } else {
        UUID another = new UUID(8, random.nextInt(5));
        all.add(Played.of(OTHER_ORG, another, later));
      }
    }
    Collections.shuffle(all, random);

    SessionTally tally = Played.tallyOf(all);

    assertThat(MeasuredSession.of(tally)).isEqualTo(MeasuredSession.of(Played.tallyOf(mine)));
    Collections.shuffle(all, random);
    assertThat(Played.tallyOf(all)).isEqualTo(tally);
  }

  @Test
  void eventsWithoutNumbersDoNotMakeAnOwner() {
    MediaRecord first = Played.session(2).start(5).records().get(0);
    MediaRecord unnumbered = Played.session(2).withoutSeq().play(6, 0).records().get(0);

    SessionTally tally =
        SessionTally.merge(
            SessionTally.of(Played.of(OTHER_ORG, OTHER_PATIENT, unnumbered)),
            SessionTally.of(first));

    assertThat(MeasuredSession.of(tally).metrics().identity().patientId())
        .isEqualTo(Played.PATIENT);
    assertThat(CompetingClaims.refused(null, tally))
        .singleElement()
        .satisfies(it -> assertThat(it.patientId()).isEqualTo(OTHER_PATIENT))
        .satisfies(it -> assertThat(it.ownerOrgId()).isEqualTo(Played.ORG))
        .satisfies(it -> assertThat(it.events()).isEqualTo(1))
        .satisfies(it -> assertThat(TakeOver.of(it.deadLetter())).contains(it));
    assertThat(CompetingClaims.refused(tally, tally)).as("reported once").isEmpty();
  }

  @Test
  void aRowOfAnotherLeavesTheOwnersRowsAloneLongAfterwards() throws SQLException {
    database.empty();
    Played played = Played.session(3).start(0).play(1, 0).stall(20, 19).resume(21, 19, 900);
    MeasuredSession mine = played.measured();
    database.write(new SessionTable(), mine.metrics());
    database.write(new WaitTable(), mine.waits().get(0));
    List<Map<String, String>> before = database.rows("SELECT * FROM media_session_metrics");
    MeasuredSession foreign =
        MeasuredSession.of(
            Played.tallyOf(
                played.stall(30, 28).end(50, 120, "completed", 100).records().stream()
                    .map(record -> Played.of(OTHER_ORG, OTHER_PATIENT, record))
                    .toList()));

    assertThatThrownBy(() -> database.write(new SessionTable(), foreign.metrics()))
        .isInstanceOf(RefusedRows.class);
    database.rollback();
    for (Stall stall : foreign.waits()) {
      assertThatThrownBy(() -> database.write(new WaitTable(), stall))
          .isInstanceOf(RefusedRows.class);
      database.rollback();
    }

    assertThat(database.rows("SELECT * FROM media_session_metrics")).isEqualTo(before);
    assertThat(database.rows("SELECT * FROM media_waits"))
        .singleElement()
        .satisfies(row -> assertThat(row).containsEntry("patient_id", Played.PATIENT.toString()));
  }

  @Test
  void bothSidesFindItInTheirAuditLogAndAReplayAddsNothing() throws SQLException {
    TakeOver refused =
        new TakeOver(new UUID(4, 4), OTHER_ORG, OTHER_PATIENT, Played.ORG, 3, 10, 20);
    DeadLetter deadLetter = refused.deadLetter();

    for (int time = 0; time < 2; time++) {
      for (AuditEntry entry : AuditEntry.of(TakeOver.of(deadLetter).orElseThrow())) {
        database.write(new AuditTable(), entry);
      }
    }

    List<Map<String, String>> rows = database.rows("SELECT * FROM audit_log ORDER BY org_id");
    assertThat(rows)
        .extracting(row -> row.get("org_id"))
        .containsExactlyInAnyOrder(OTHER_ORG.toString(), Played.ORG.toString());
    for (Map<String, String> row : rows) {
      boolean owners = row.get("org_id").equals(Played.ORG.toString());
      assertThat(row).containsEntry("action", "session.take_over_refused");
      assertThat(row.get("details").contains(OTHER_PATIENT.toString())).isNotEqualTo(owners);
    }
  }

  /** The record in the other's session, heard of {@code laterMs} after its first event. */
  private static MediaRecord inSession(MediaRecord record, MediaRecord first, long laterMs) {
    MediaEvent e = record.event();
    return new MediaRecord(
        record.orgId(),
        record.patientId(),
        first.receivedAtMs() + laterMs,
        record.sentAtMs(),
        record.client(),
        new MediaEvent(
            e.eventId(),
            e.type(),
            first.event().sessionId(),
            e.timestampMs(),
            e.seq(),
            e.mediaId(),
            e.mediaType(),
            e.renderId(),
            e.data()));
  }
}
